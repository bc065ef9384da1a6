package dev.braintrust.spring.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.env.Environment;

/**
 * Checks the application's beans against the declared keys before any bean is created. It
 * rejects beans of projects that are not declared, and beans that have a project key as
 * their name but do not belong to that project: Spring would silently inject them for the
 * key, because a qualifier that no annotation matches also matches a bean name.
 * <p>
 * Code that was generated ahead of time has the beans of the projects that were declared
 * at build time. The check registers the beans of projects that were declared later and
 * removes the beans of projects that no longer exist.
 */
final class ProjectBeanCheck implements BeanDefinitionRegistryPostProcessor {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final List<Class<?>> TYPES = List.of(Tracer.class, TracerProvider.class, OpenTelemetry.class);

	private final Environment environment;

	ProjectBeanCheck(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (!(registry instanceof SingletonBeanRegistry singletons)
				|| registry.isBeanNameInUse(ProjectKeys.BEAN_NAME)) {
			return;
		}
		ProjectKeys keys = ProjectKeys.read(this.environment);
		singletons.registerSingleton(ProjectKeys.BEAN_NAME, keys);
		Set<String> frozen = ProjectBeanRegistrar.registered(registry);
		Set<String> added = difference(keys.keys(), frozen);
		ProjectBeanRegistrar.register(registry, added);
		warn("were declared after the application was processed ahead of time", added,
				"Their beans were not generated and are registered now.");
		Set<String> removed = difference(frozen, keys.keys());
		removed.forEach((key) -> ProjectBeanRegistrar.remove(registry, key));
		warn("were declared when the application was processed ahead of time, and are not any more", removed,
				"Their generated beans are ignored.");
	}

	private static Set<String> difference(Set<String> keys, Set<String> others) {
		Set<String> difference = new TreeSet<>(keys);
		difference.removeAll(others);
		return difference;
	}

	private static void warn(String what, Set<String> keys, String consequence) {
		if (!keys.isEmpty()) {
			logger.warn("Braintrust projects that " + what + ": " + String.join(", ", keys) + ". " + consequence
					+ " Process the application ahead of time again.");
		}
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		Set<String> keys = beanFactory.getBean(ProjectKeys.BEAN_NAME, ProjectKeys.class).keys();
		Map<String, String> owners = BeanOwners.all(beanFactory);
		for (Map.Entry<String, String> bean : owners.entrySet()) {
			if (!keys.contains(bean.getValue())) {
				throw new BeanCreationException(bean.getKey(), "It belongs to a project that is not declared",
						UnknownKey.failure(bean.getValue(), keys));
			}
		}
		ProjectCandidates.keepApart(beanFactory, owners);
		for (String key : keys) {
			Class<?> type = beanFactory.containsBean(key) ? beanFactory.getType(key, false) : null;
			if (type != null && isProjectType(type) && !key.equals(BeanOwners.of(beanFactory, key))) {
				throw namedLikeProject(key, type);
			}
		}
	}

	private static InvalidBraintrustPropertyException namedLikeProject(String key, Class<?> type) {
		return new InvalidBraintrustPropertyException("The bean '" + key + "' of type " + type.getName(), key,
				"is named like the Braintrust project '" + key + "' but does not belong to it. Spring would inject it, "
						+ "by its name, wherever @BraintrustProject(\"" + key + "\") asks for a bean of that type",
				"If the bean belongs to the project, annotate it with @BraintrustProject(\"" + key
						+ "\"). If not, give it another name.");
	}

	private static boolean isProjectType(Class<?> type) {
		for (Class<?> projectType : TYPES) {
			if (projectType.isAssignableFrom(type)) {
				return true;
			}
		}
		return BeanOwners.isTraced(type);
	}

}
