package dev.braintrust.spring.properties;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The keys of the declared projects, checked.
 */
public final class ProjectKeys {

	static final String PREFIX = "braintrust.projects";

	private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

	private ProjectKeys() {
	}

	/**
	 * Read the keys from the environment, where beans must be registered before
	 * properties are bound.
	 * @param environment the environment
	 * @return the keys in the order of their declaration
	 * @throws InvalidBraintrustPropertyException if a key is malformed or ambiguous
	 */
	public static Set<String> from(Environment environment) {
		Set<String> keys = Binder.get(environment)
			.bind(PREFIX, Bindable.mapOf(String.class, ProjectProperties.class))
			.orElseGet(LinkedHashMap::new)
			.keySet();
		check(keys, environment);
		return keys;
	}

	static void check(Collection<String> keys, Environment environment) {
		Map<String, String> uniform = new TreeMap<>();
		for (String key : keys) {
			if (!GRAMMAR.matcher(key).matches()) {
				throw new InvalidBraintrustPropertyException(PREFIX + "." + key,
						"has a key that is not made of lower-case letters, digits and single dashes between them",
						"Rename the project key '" + key + "', for example to '" + suggestion(key)
								+ "'. The name that Braintrust shows is set by '" + PREFIX + ".<key>.name'.");
			}
			String other = uniform.putIfAbsent(key.replace("-", ""), key);
			if (other != null) {
				throw sameKeyTwice(other, key, environment);
			}
		}
	}

	private static InvalidBraintrustPropertyException sameKeyTwice(String one, String another,
			Environment environment) {
		String plain = one.contains("-") ? another : one;
		String dashed = one.contains("-") ? one : another;
		String variable = variable(plain, environment);
		if (variable != null) {
			return new InvalidBraintrustPropertyException(PREFIX + "." + plain,
					"exists only because of the environment variable '" + variable + "', which is meant for '" + PREFIX
							+ "." + dashed + "': the name of a variable cannot carry the dashes of a key",
					"Remove the variable, give its value another name, and refer to that in the configuration: '"
							+ PREFIX + "." + dashed + ".<property>: ${SOME_OTHER_NAME}'.");
		}
		return new InvalidBraintrustPropertyException(PREFIX + "." + another,
				"has a key that differs from '" + PREFIX + "." + one + "' only in its form",
				"Use one form of the key for one project, or keys that differ in letters or digits.");
	}

	private static @Nullable String variable(String key, Environment environment) {
		if (!(environment instanceof ConfigurableEnvironment configurable)) {
			return null;
		}
		String start = "BRAINTRUST_PROJECTS_" + key.toUpperCase(Locale.ROOT) + "_";
		for (PropertySource<?> source : configurable.getPropertySources()) {
			if (isSystemEnvironment(source) && source instanceof EnumerablePropertySource<?> enumerable) {
				for (String name : enumerable.getPropertyNames()) {
					if (name.toUpperCase(Locale.ROOT).startsWith(start)) {
						return name;
					}
				}
			}
		}
		return null;
	}

	private static boolean isSystemEnvironment(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource
				|| StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME.equals(source.getName());
	}

	private static String suggestion(String key) {
		String dashed = key.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^a-z0-9]+", "-")
			.replaceAll("^-|-$", "");
		return dashed.isEmpty() ? "my-agent" : dashed;
	}

}
