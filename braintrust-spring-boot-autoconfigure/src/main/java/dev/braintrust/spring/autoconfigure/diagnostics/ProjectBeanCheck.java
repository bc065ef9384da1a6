package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.autoconfigure.properties.RegisteredKeys;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Checks the beans of the application against the declared keys before any is made. A
 * bean that an annotation gives to a project which is not declared would belong nowhere.
 * A bean that is named like a key would be injected in place of the project's own,
 * without a word: a qualifier that no annotation answers falls back to the names of
 * beans.
 */
public final class ProjectBeanCheck implements BeanFactoryPostProcessor {

	private static final List<Class<?>> TYPES = List.of(Tracer.class, TracerProvider.class, OpenTelemetry.class);

	private final Environment environment;

	public ProjectBeanCheck(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		Set<String> keys = keys(beanFactory);
		for (Map.Entry<String, String> bean : AnnotatedBeans.keys(beanFactory).entrySet()) {
			if (!keys.contains(bean.getValue())) {
				throw new BeanCreationException(bean.getKey(), "It belongs to a project that is not declared",
						new NoSuchBraintrustProjectException(bean.getValue(), keys));
			}
		}
		for (String key : keys) {
			Class<?> type = beanFactory.containsBean(key) ? beanFactory.getType(key, false) : null;
			if (type != null && isProjectType(type) && !key.equals(AnnotatedBeans.key(beanFactory, key))) {
				throw new ProjectBeanNameException(key, type);
			}
		}
	}

	private Set<String> keys(ConfigurableListableBeanFactory beanFactory) {
		Object registered = beanFactory.getSingleton(RegisteredKeys.BEAN_NAME);
		return (registered instanceof RegisteredKeys known) ? known.keys() : ProjectKeys.from(this.environment);
	}

	private static boolean isProjectType(Class<?> type) {
		for (Class<?> projectType : TYPES) {
			if (projectType.isAssignableFrom(type)) {
				return true;
			}
		}
		return SpringAiTypes.isTraced(type);
	}

}
