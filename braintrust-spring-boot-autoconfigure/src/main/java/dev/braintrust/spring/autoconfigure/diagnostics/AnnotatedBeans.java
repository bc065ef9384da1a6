package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.MethodMetadata;

/**
 * Finds the beans that {@link BraintrustProject @BraintrustProject} gives to a project.
 */
final class AnnotatedBeans {

	private static final String SPRING = "org.springframework.";

	private AnnotatedBeans() {
	}

	static Map<String, String> keys(ConfigurableListableBeanFactory beanFactory) {
		Map<String, String> keys = new LinkedHashMap<>();
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			String key = isOfSpring(beanFactory, beanName) ? null : key(beanFactory, beanName);
			if (key != null) {
				keys.put(beanName, key);
			}
		}
		return keys;
	}

	static @Nullable String key(ConfigurableListableBeanFactory beanFactory, String beanName) {
		BraintrustProject annotation = beanFactory.findAnnotationOnBean(beanName, BraintrustProject.class, false);
		return (annotation != null) ? annotation.value() : null;
	}

	// Nearly all beans of an application are, and to look for an annotation takes its
	// time.
	private static boolean isOfSpring(ConfigurableListableBeanFactory beanFactory, String beanName) {
		BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
		// What is generated ahead of time names the method of the application nowhere
		// else.
		if (definition instanceof AbstractBeanDefinition generated && generated.getInstanceSupplier() != null) {
			return false;
		}
		if (definition instanceof AnnotatedBeanDefinition annotated) {
			// An application may be below Spring's package too.
			MethodMetadata method = annotated.getFactoryMethodMetadata();
			AnnotatedTypeMetadata metadata = (method != null) ? method : annotated.getMetadata();
			String declaring = (method != null) ? method.getDeclaringClassName() : definition.getBeanClassName();
			return !metadata.isAnnotated(BraintrustProject.class.getName()) && isOfSpring(declaring)
					&& hasTypeOfSpring(beanFactory, beanName);
		}
		return isOfSpring(definition.getBeanClassName()) && hasTypeOfSpring(beanFactory, beanName);
	}

	private static boolean hasTypeOfSpring(ConfigurableListableBeanFactory beanFactory, String beanName) {
		Class<?> type = beanFactory.getType(beanName, false);
		return type != null && isOfSpring(type.getName());
	}

	private static boolean isOfSpring(@Nullable String className) {
		return className != null && className.startsWith(SPRING);
	}

}
