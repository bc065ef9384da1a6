package dev.braintrust.spring.project;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ContentFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Finds the content filters of a project: beans without
 * {@link BraintrustProject @BraintrustProject}, and those that it gives to the project.
 * They are made after all other beans, or when the first span is written, so that a
 * filter may use whatever the application has, a tracer included.
 */
final class ContentFilters {

	private final SingletonSupplier<List<OwnedFilter>> filters;

	/**
	 * Create the filters.
	 * @param beanFactory where they are
	 * @param beanName the name of the bean that uses them, which ends before they do
	 */
	ContentFilters(ListableBeanFactory beanFactory, String beanName) {
		this.filters = SingletonSupplier.of(() -> find(beanFactory, beanName));
	}

	private static List<OwnedFilter> find(ListableBeanFactory beanFactory, String user) {
		List<OwnedFilter> filters = new ArrayList<>();
		for (BeanFactory factory = beanFactory; factory instanceof ListableBeanFactory listable; factory = parent(
				factory)) {
			for (String name : listable.getBeanNamesForType(ContentFilter.class)) {
				filters.add(OwnedFilter.of(listable, name));
				if (listable == beanFactory && listable instanceof ConfigurableBeanFactory configurable) {
					configurable.registerDependentBean(name, user);
				}
			}
		}
		filters.sort(Comparator.comparingInt(OwnedFilter::order));
		return filters;
	}

	private static @Nullable BeanFactory parent(BeanFactory beanFactory) {
		return (beanFactory instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory() : null;
	}

	/**
	 * Make the filters, so that one that cannot be made stops the application and not its
	 * spans.
	 */
	void make() {
		this.filters.obtain();
	}

	/**
	 * The filters of a project.
	 * @param key the key of the project
	 * @return the filters, in their order
	 */
	List<ContentFilter> of(String key) {
		return this.filters.obtain()
			.stream()
			.filter((filter) -> filter.owner() == null || filter.owner().equals(key))
			.map(OwnedFilter::filter)
			.toList();
	}

	/**
	 * A filter and the project that it belongs to.
	 *
	 * @param owner the key of the project, or {@code null} for a filter of all
	 * @param order its place among the filters
	 * @param filter the filter
	 */
	private record OwnedFilter(@Nullable String owner, int order, ContentFilter filter) {

		static OwnedFilter of(ListableBeanFactory beanFactory, String name) {
			ContentFilter filter = beanFactory.getBean(name, ContentFilter.class);
			BraintrustProject owner = beanFactory.findAnnotationOnBean(name, BraintrustProject.class, false);
			Order order = beanFactory.findAnnotationOnBean(name, Order.class, false);
			int place = (filter instanceof Ordered ordered) ? ordered.getOrder() : (order != null) ? order.value()
					: OrderUtils.getOrder(filter.getClass(), Ordered.LOWEST_PRECEDENCE);
			return new OwnedFilter((owner != null) ? owner.value() : null, place, filter);
		}

	}

}
