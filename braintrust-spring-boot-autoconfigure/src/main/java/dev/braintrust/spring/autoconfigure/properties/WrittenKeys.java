package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The keys of projects as they are written, each with the first property that has it. The
 * binder leaves out what it does not like, such as spaces and leading dashes, and keys
 * below which it knows no property. Variables of the process are not looked at: their
 * names do not tell where the key ends, and have no dashes.
 */
final class WrittenKeys {

	private static final Pattern PROPERTY = Pattern
		.compile(Pattern.quote(ProjectKeys.PREFIX) + "(?:\\.([^.\\[]*)|\\[([^\\]]*)\\]).*", Pattern.CASE_INSENSITIVE);

	private final Map<String, String> properties = new LinkedHashMap<>();

	private final Map<String, String> bracketed = new LinkedHashMap<>();

	private final Set<String> uniform = new HashSet<>();

	private WrittenKeys() {
	}

	static WrittenKeys in(Environment environment) {
		WrittenKeys keys = new WrittenKeys();
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				keys.add(source);
			}
		}
		return keys;
	}

	static WrittenKeys in(Iterable<ConfigurationPropertySource> sources) {
		WrittenKeys keys = new WrittenKeys();
		for (ConfigurationPropertySource source : sources) {
			keys.add(source.getUnderlyingSource());
		}
		return keys;
	}

	private void add(@Nullable Object source) {
		if (source instanceof EnumerablePropertySource<?> enumerable && !isSystemEnvironment(enumerable)) {
			add(enumerable);
		}
	}

	private void add(EnumerablePropertySource<?> source) {
		for (String name : source.getPropertyNames()) {
			Matcher matcher = PROPERTY.matcher(name);
			if (matcher.matches()) {
				boolean brackets = matcher.group(1) == null;
				String key = matcher.group(brackets ? 2 : 1);
				(brackets ? this.bracketed : this.properties).putIfAbsent(key, name);
				this.uniform.add(uniform(key));
			}
		}
	}

	List<Map.Entry<String, String>> all() {
		List<Map.Entry<String, String>> all = new ArrayList<>(this.properties.entrySet());
		all.addAll(this.bracketed.entrySet());
		return all;
	}

	// The first element of a list that stands where keys are expected. A key that is a
	// number looks alike, but is seldom zero.
	@Nullable String firstElementOfAList() {
		return this.bracketed.get("0");
	}

	boolean isVariableOfAnother(String key) {
		return this.uniform.contains(uniform(key)) && !this.properties.containsKey(key)
				&& !this.bracketed.containsKey(key);
	}

	static String uniform(String key) {
		return key.replace("-", "").toLowerCase(Locale.ROOT);
	}

	// The property without brackets around a key that stands in brackets elsewhere. The
	// binder takes the two for different keys if they have dashes.
	@Nullable String withoutBrackets(String key, String property) {
		return (key.contains("-") && property.equals(this.bracketed.get(key))) ? this.properties.get(key) : null;
	}

	private static boolean isSystemEnvironment(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource
				|| StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME.equals(source.getName());
	}

}
