package dev.braintrust.spring.autoconfigure.diagnostics;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Finds the {@code ChatClient.Builder} and SDK client beans that the application declares
 * without a project. Beans of auto-configurations are ignored, as are beans that a
 * project bean depends on, and beans that depend on a project's beans.
 */
final class ClientsWithoutProject {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Set<String> annotated;

	ClientsWithoutProject(ConfigurableListableBeanFactory beanFactory, Set<String> annotated) {
		this.beanFactory = beanFactory;
		this.annotated = annotated;
	}

	List<String> messages(String exampleKey) {
		List<String> messages = new ArrayList<>();
		for (TracingPostProcessor postProcessor : TracingPostProcessor.all(this.beanFactory)) {
			for (String beanName : postProcessor.seen()) {
				String type = type(beanName);
				if (type != null && isDeclared(beanName) && !usesProject(beanName)
						&& !isOfProject(beanName, new HashSet<>())) {
					messages.add("The " + type + " bean '" + beanName
							+ "' belongs to no Braintrust project and is not traced. Annotate it with the key of its "
							+ "project, such as @BraintrustProject(\"" + exampleKey + "\").");
				}
			}
		}
		return messages;
	}

	private @Nullable String type(String beanName) {
		Class<?> type = this.beanFactory.containsBean(beanName) ? this.beanFactory.getType(beanName, false) : null;
		return (type != null) ? BeanOwners.clientType(type) : null;
	}

	private boolean isDeclared(String beanName) {
		if (!this.beanFactory.containsBeanDefinition(beanName)) {
			return false;
		}
		Method method = (this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)
				? definition.getResolvedFactoryMethod() : null;
		return method == null || !(method.getDeclaringClass().getName().startsWith("org.springframework.")
				|| AnnotatedElementUtils.hasAnnotation(method.getDeclaringClass(), AutoConfiguration.class));
	}

	// Another library's wrapper may record with the project's OpenTelemetry.
	private boolean usesProject(String beanName) {
		return Arrays.stream(this.beanFactory.getDependenciesForBean(beanName))
			.anyMatch((dependency) -> dependency.startsWith(ProjectKeys.PREFIX));
	}

	private boolean isOfProject(String beanName, Set<String> visited) {
		if (this.annotated.contains(beanName) || beanName.startsWith(ProjectKeys.PREFIX)) {
			return true;
		}
		for (String dependent : this.beanFactory.getDependentBeans(beanName)) {
			if (visited.add(dependent) && isOfProject(dependent, visited)) {
				return true;
			}
		}
		return false;
	}

}
