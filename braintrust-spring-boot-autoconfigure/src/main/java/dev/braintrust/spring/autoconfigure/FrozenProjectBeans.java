package dev.braintrust.spring.autoconfigure;

import java.util.Set;
import java.util.TreeSet;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.autoconfigure.properties.RegisteredKeys;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.env.Environment;

/**
 * Brings the beans of projects up to date where the application runs from what was
 * generated ahead of time: the generated code has those of the projects that were
 * declared then. Beans of projects that were declared since are registered, those of
 * projects that are gone are removed, and both is said.
 */
final class FrozenProjectBeans implements BeanDefinitionRegistryPostProcessor {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final Environment environment;

	FrozenProjectBeans(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry.isBeanNameInUse(RegisteredKeys.BEAN_NAME)) {
			return;
		}
		Set<String> frozen = ProjectBeanRegistrar.registered(registry);
		Set<String> declared = ProjectKeys.from(this.environment);
		Set<String> added = difference(declared, frozen);
		added.forEach((key) -> ProjectBeanRegistrar.register(registry, key));
		say("were declared after the application was processed ahead of time", added,
				"Their beans were not generated and are registered now.");
		Set<String> removed = difference(frozen, declared);
		removed.forEach((key) -> ProjectBeanRegistrar.remove(registry, key));
		say("were declared when the application was processed ahead of time, and are not any more", removed,
				"Their generated beans are left out.");
	}

	private static Set<String> difference(Set<String> keys, Set<String> others) {
		Set<String> difference = new TreeSet<>(keys);
		difference.removeAll(others);
		return difference;
	}

	private static void say(String what, Set<String> keys, String consequence) {
		if (!keys.isEmpty()) {
			logger.warn("Braintrust projects that " + what + ": " + String.join(", ", keys) + ". " + consequence
					+ " Process the application ahead of time again.");
		}
	}

}
