package dev.braintrust.spring.autoconfigure.properties;

import java.util.Set;

/**
 * The keys whose beans were registered when this context was configured. It is not there
 * when the context runs from what was generated ahead of time.
 *
 * @param keys the keys
 */
public record RegisteredKeys(Set<String> keys) {

	public static final String BEAN_NAME = "braintrust.registeredKeys";

	public static final String PREFIX = "braintrust.projects.";

	public static String beanName(String key, String factoryMethod) {
		return PREFIX + key + "." + factoryMethod;
	}

}
