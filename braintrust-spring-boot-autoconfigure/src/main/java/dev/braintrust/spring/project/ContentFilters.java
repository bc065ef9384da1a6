package dev.braintrust.spring.project;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ContentFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the content filters of a project: beans without
 * {@link BraintrustProject @BraintrustProject}, and those that it gives to the project.
 */
final class ContentFilters {

	private final List<OwnedFilter> filters = new ArrayList<>();

	ContentFilters(ListableBeanFactory beanFactory) {
		Map<ContentFilter, String> names = new IdentityHashMap<>();
		beanFactory.getBeansOfType(ContentFilter.class).forEach((name, filter) -> names.put(filter, name));
		beanFactory.getBeanProvider(ContentFilter.class).orderedStream().forEach((filter) -> {
			String name = names.get(filter);
			BraintrustProject owner = (name != null)
					? beanFactory.findAnnotationOnBean(name, BraintrustProject.class, false) : null;
			this.filters.add(new OwnedFilter((owner != null) ? owner.value() : null, filter));
		});
	}

	/**
	 * The filters of a project.
	 * @param key the key of the project
	 * @return the filters, in their order
	 */
	List<ContentFilter> of(String key) {
		return this.filters.stream()
			.filter((filter) -> filter.owner() == null || filter.owner().equals(key))
			.map(OwnedFilter::filter)
			.toList();
	}

	/**
	 * A filter and the project that it belongs to.
	 *
	 * @param owner the key of the project, or {@code null} for a filter of all
	 * @param filter the filter
	 */
	private record OwnedFilter(@Nullable String owner, ContentFilter filter) {
	}

}
