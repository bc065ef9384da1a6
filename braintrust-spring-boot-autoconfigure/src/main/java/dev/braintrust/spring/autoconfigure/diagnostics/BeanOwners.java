package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.MethodMetadata;

/**
 * Finds the project that a bean belongs to, by its
 * {@link BraintrustProject @BraintrustProject}.
 */
public final class BeanOwners {

	private static final String SPRING = "org.springframework.";

	private static final String CHAT_CLIENT = "org.springframework.ai.chat.client.ChatClient";

	private static final String BUILDER = "org.springframework.ai.chat.client.ChatClient$Builder";

	// By name, because Spring AI and the SDKs are optional.
	private static final List<String> TRACED = List.of(CHAT_CLIENT, BUILDER, "org.springframework.ai.model.Model",
			"org.springframework.ai.model.StreamingModel", "com.openai.client.OpenAIClient",
			"com.openai.client.OpenAIClientAsync", "com.anthropic.client.AnthropicClient",
			"com.anthropic.client.AnthropicClientAsync");

	private static final List<String> CHAT_MODEL = List.of("org.springframework.ai.chat.model.ChatModel");

	// Project beans of these types must never be injected without a project key.
	private static final List<String> OF_PROJECT_ALONE = List.of(BUILDER, "io.opentelemetry.api.OpenTelemetry",
			"io.opentelemetry.api.trace.Tracer", "io.opentelemetry.api.trace.TracerProvider");

	private BeanOwners() {
	}

	// The key of the bean's project, null without the annotation. The factory does not
	// know the names of inner beans.
	public static @Nullable String of(ListableBeanFactory beanFactory, String beanName) {
		BraintrustProject annotation = beanFactory.containsBean(beanName)
				? beanFactory.findAnnotationOnBean(beanName, BraintrustProject.class, false) : null;
		return (annotation != null) ? annotation.value() : null;
	}

	// All beans that belong to a project, with its key.
	public static Map<String, String> all(ConfigurableListableBeanFactory beanFactory) {
		Map<String, String> keys = new LinkedHashMap<>();
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			String key = isOfSpring(beanFactory, beanName) ? null : of(beanFactory, beanName);
			if (key != null) {
				keys.put(beanName, key);
			}
		}
		return keys;
	}

	// Whether a bean comes from Spring. Nearly all beans do, and looking for the
	// annotation on them would be slow.
	private static boolean isOfSpring(ConfigurableListableBeanFactory beanFactory, String beanName) {
		BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
		// A definition that was generated ahead of time shows the application's method
		// only in its instance supplier.
		if (definition instanceof AbstractBeanDefinition generated && generated.getInstanceSupplier() != null) {
			return false;
		}
		if (definition instanceof AnnotatedBeanDefinition annotated) {
			// An application's package may be below Spring's too.
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

	// Whether beans of a type are traced, or explained if they are not.
	public static boolean isTraced(Class<?> type) {
		return isOneOf(type, TRACED);
	}

	// Whether beans of a type may only be injected with the key of their project.
	public static boolean isOfProjectAlone(Class<?> type) {
		return isOneOf(type, OF_PROJECT_ALONE);
	}

	// The name of a client type whose beans should belong to a project, null for others.
	// ChatClient beans have a warning of their own, and most models belong to clients.
	static @Nullable String clientType(Class<?> type) {
		for (String name : TRACED) {
			if (!name.endsWith("Model") && !name.endsWith(".ChatClient") && isOneOf(type, List.of(name))) {
				return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
			}
		}
		return null;
	}

	static boolean isChatClient(Class<?> type) {
		return type.getName().equals(CHAT_CLIENT);
	}

	static boolean isBuilder(Class<?> type) {
		return type.getName().equals(BUILDER);
	}

	static boolean isChatModel(Class<?> type) {
		return isOneOf(type, CHAT_MODEL);
	}

	private static boolean isOneOf(@Nullable Class<?> type, List<String> names) {
		if (type == null) {
			return false;
		}
		for (Class<?> parent : type.getInterfaces()) {
			if (isOneOf(parent, names)) {
				return true;
			}
		}
		return names.contains(type.getName()) || isOneOf(type.getSuperclass(), names);
	}

}
