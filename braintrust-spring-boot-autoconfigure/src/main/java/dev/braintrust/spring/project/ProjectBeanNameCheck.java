package dev.braintrust.spring.project;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.properties.ProjectKeys;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Finds beans of the application that are named like the key of a project. A qualifier
 * that no annotation answers falls back to the names of beans, so such a bean would be
 * injected in place of the project's own, without a word.
 */
final class ProjectBeanNameCheck implements BeanFactoryPostProcessor {

	private static final List<Class<?>> TYPES = List.of(Tracer.class, TracerProvider.class, OpenTelemetry.class);

	// By name: the class path may have no Spring AI.
	private static final List<String> CHAT_TYPES = List.of("org.springframework.ai.chat.client.ChatClient",
			"org.springframework.ai.chat.client.ChatClient$Builder");

	private final Environment environment;

	ProjectBeanNameCheck(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String key : ProjectKeys.from(this.environment)) {
			Class<?> type = beanFactory.containsBean(key) ? beanFactory.getType(key, false) : null;
			if (type != null && isProjectType(type) && !key.equals(annotatedKey(beanFactory, key))) {
				throw new ProjectBeanNameException(key, type);
			}
		}
	}

	private static boolean isProjectType(Class<?> type) {
		return TYPES.stream().anyMatch((projectType) -> projectType.isAssignableFrom(type)) || isChatType(type);
	}

	private static boolean isChatType(@Nullable Class<?> type) {
		if (type == null) {
			return false;
		}
		return CHAT_TYPES.contains(type.getName()) || isChatType(type.getSuperclass())
				|| List.of(type.getInterfaces()).stream().anyMatch(ProjectBeanNameCheck::isChatType);
	}

	private static @Nullable String annotatedKey(ConfigurableListableBeanFactory beanFactory, String beanName) {
		BraintrustProject annotation = beanFactory.findAnnotationOnBean(beanName, BraintrustProject.class, false);
		return (annotation != null) ? annotation.value() : null;
	}

}
