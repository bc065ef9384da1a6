package dev.braintrust.spring.autoconfigure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.annotation.OrderUtils;

/**
 * Finds the beans of a type that apply to a project: those with its
 * {@link BraintrustProject @BraintrustProject} and those without that annotation. The
 * beans are created on first use.
 */
final class OwnedBeans<T> implements Function<String, List<T>> {

	private final Class<T> type;

	private final ListableBeanFactory beanFactory;

	private final String user;

	private final AtomicReference<@Nullable List<OwnedBean<T>>> beans = new AtomicReference<>();

	OwnedBeans(Class<T> type, ListableBeanFactory beanFactory, String user) {
		this.type = type;
		this.beanFactory = beanFactory;
		this.user = user;
	}

	private List<OwnedBean<T>> find() {
		List<OwnedBean<T>> beans = new ArrayList<>();
		for (BeanFactory factory = this.beanFactory; factory instanceof ListableBeanFactory listable; factory = parent(
				factory)) {
			for (String name : listable.getBeanNamesForType(this.type)) {
				beans.add(OwnedBean.of(listable, name, this.type));
				if (listable == this.beanFactory && listable instanceof ConfigurableBeanFactory configurable) {
					configurable.registerDependentBean(name, this.user);
				}
			}
		}
		Collections.sort(beans);
		return beans;
	}

	private static @Nullable BeanFactory parent(BeanFactory beanFactory) {
		return (beanFactory instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory() : null;
	}

	// Create the beans at startup, so that a broken bean stops the application instead of
	// losing its spans.
	void make() {
		beans();
	}

	// Without a lock: creating a bean runs application code, which may hang or wait for a
	// thread that needs these beans too. Spring creates each singleton only once.
	private List<OwnedBean<T>> beans() {
		List<OwnedBean<T>> beans = this.beans.get();
		if (beans == null) {
			this.beans.compareAndSet(null, find());
			beans = Objects.requireNonNull(this.beans.get());
		}
		return beans;
	}

	@Override
	public List<T> apply(String key) {
		List<T> beans = new ArrayList<>();
		for (OwnedBean<T> bean : beans()) {
			if (bean.owner() == null || bean.owner().equals(key)) {
				beans.add(bean.bean());
			}
		}
		return List.copyOf(beans);
	}

	// A bean and the key of its project, null if it applies to all projects.
	private record OwnedBean<T>(@Nullable String owner, int order, T bean) implements Comparable<OwnedBean<T>> {

		static <T> OwnedBean<T> of(ListableBeanFactory beanFactory, String name, Class<T> type) {
			T bean = beanFactory.getBean(name, type);
			Order order = beanFactory.findAnnotationOnBean(name, Order.class, false);
			int place = (bean instanceof Ordered ordered) ? ordered.getOrder()
					: (order != null) ? order.value() : OrderUtils.getOrder(bean.getClass(), Ordered.LOWEST_PRECEDENCE);
			return new OwnedBean<>(BeanOwners.of(beanFactory, name), place, bean);
		}

		@Override
		public int compareTo(OwnedBean<T> other) {
			return Integer.compare(this.order, other.order);
		}

	}

}
