package dev.braintrust.spring.project;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the beans of a type that are for a project: those without
 * {@link BraintrustProject @BraintrustProject}, and those that it gives to the project.
 *
 * @param <T> the type
 */
final class OwnedBeans<T> {

	private final List<OwnedBean<T>> beans = new ArrayList<>();

	OwnedBeans(ListableBeanFactory beanFactory, Class<T> type) {
		Map<T, String> names = new IdentityHashMap<>();
		beanFactory.getBeansOfType(type).forEach((name, bean) -> names.put(bean, name));
		beanFactory.getBeanProvider(type).orderedStream().forEach((bean) -> {
			String name = names.get(bean);
			BraintrustProject owner = (name != null)
					? beanFactory.findAnnotationOnBean(name, BraintrustProject.class, false) : null;
			this.beans.add(new OwnedBean<>((owner != null) ? owner.value() : null, bean));
		});
	}

	/**
	 * The beans for a project.
	 * @param key the key of the project
	 * @return the beans, in their order
	 */
	List<T> of(String key) {
		return this.beans.stream()
			.filter((bean) -> bean.owner() == null || bean.owner().equals(key))
			.map(OwnedBean::bean)
			.toList();
	}

	/**
	 * A bean and the project that it belongs to.
	 *
	 * @param owner the key of the project, or {@code null} for a bean of all
	 * @param bean the bean
	 */
	private record OwnedBean<T>(@Nullable String owner, T bean) {
	}

}
