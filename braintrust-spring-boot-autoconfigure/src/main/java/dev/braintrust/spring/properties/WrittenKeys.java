package dev.braintrust.spring.properties;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The keys of projects as they are written, each with the first property that has it. The
 * binder leaves out what it does not like, such as spaces and leading dashes, and keys
 * below which it knows no property. Variables of the process are not looked at: what of
 * their names is the key cannot be told.
 */
final class WrittenKeys {

	private static final Pattern PROPERTY = Pattern
		.compile(Pattern.quote(ProjectKeys.PREFIX) + "(?:\\.([^.\\[]*)|\\[([^\\]]*)\\]).*", Pattern.CASE_INSENSITIVE);

	private final Map<String, String> properties = new LinkedHashMap<>();

	private final Map<String, String> bracketed = new LinkedHashMap<>();

	private WrittenKeys() {
	}

	static WrittenKeys in(Environment environment) {
		WrittenKeys keys = new WrittenKeys();
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof EnumerablePropertySource<?> enumerable && !isSystemEnvironment(source)) {
					keys.add(enumerable);
				}
			}
		}
		return keys;
	}

	private void add(EnumerablePropertySource<?> source) {
		for (String name : source.getPropertyNames()) {
			Matcher matcher = PROPERTY.matcher(name);
			if (matcher.matches() && matcher.group(1) != null) {
				this.properties.putIfAbsent(matcher.group(1), name);
			}
			else if (matcher.matches()) {
				this.bracketed.putIfAbsent(matcher.group(2), name);
			}
		}
	}

	/**
	 * All keys as they are written.
	 * @return each key with a property that has it; twice, where it stands in brackets
	 * and without them
	 */
	List<Map.Entry<String, String>> all() {
		List<Map.Entry<String, String>> all = new ArrayList<>(this.properties.entrySet());
		all.addAll(this.bracketed.entrySet());
		return all;
	}

	boolean contains(String key) {
		return this.properties.containsKey(key) || this.bracketed.containsKey(key);
	}

	/**
	 * The property without brackets around a key that stands in brackets elsewhere. The
	 * binder takes the two for different keys if they have dashes.
	 * @param key the key
	 * @param property a property that the key was found in
	 * @return the other property, or {@code null}
	 */
	@Nullable String withoutBrackets(String key, String property) {
		return (key.contains("-") && property.equals(this.bracketed.get(key))) ? this.properties.get(key) : null;
	}

	static boolean isSystemEnvironment(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource
				|| StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME.equals(source.getName());
	}

}
