package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ObjectUtils;

/**
 * The names of the properties under {@code braintrust} exactly as written, found in one
 * pass over the property sources. The binder silently skips project keys that it cannot
 * bind, such as keys with spaces or without a known property. Environment variables are
 * skipped here, because their names have no dashes and do not show where the key ends.
 */
final class WrittenProperties {

	private static final String PREFIX = "braintrust";

	private static final Pattern PROPERTY = Pattern
		.compile(Pattern.quote(ProjectKeys.PREFIX) + "(?:\\.([^.\\[]*)|\\[([^\\]]*)\\]).*", Pattern.CASE_INSENSITIVE);

	private final Map<EnumerablePropertySource<?>, List<String>> names = new LinkedHashMap<>();

	// The keys of projects, each with the first property that contains it.
	private final Map<String, String> keys = new LinkedHashMap<>();

	private final Map<String, String> bracketed = new LinkedHashMap<>();

	private final Set<String> uniform = new HashSet<>();

	WrittenProperties(Environment environment) {
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof EnumerablePropertySource<?> enumerable && !isSystemEnvironment(source)) {
					add(enumerable);
				}
			}
		}
	}

	private static boolean isSystemEnvironment(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource
				|| StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME.equals(source.getName());
	}

	private void add(EnumerablePropertySource<?> source) {
		List<String> names = new ArrayList<>();
		this.names.put(source, names);
		for (String name : source.getPropertyNames()) {
			if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
				names.add(name);
				Matcher matcher = PROPERTY.matcher(name);
				if (matcher.matches()) {
					boolean brackets = matcher.group(1) == null;
					String key = matcher.group(brackets ? 2 : 1);
					(brackets ? this.bracketed : this.keys).putIfAbsent(key, name);
					this.uniform.add(uniform(key));
				}
			}
		}
	}

	// Messages about unknown properties. System properties are skipped, as Boot does with
	// 'ignoreUnknownFields = false'.
	Set<String> unknown() {
		UnknownProperties known = new UnknownProperties();
		Set<String> messages = new LinkedHashSet<>();
		for (Map.Entry<EnumerablePropertySource<?>, List<String>> source : this.names.entrySet()) {
			if (StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(source.getKey().getName())) {
				continue;
			}
			for (String name : source.getValue()) {
				if (known.isUnknown(name) && !ObjectUtils.isEmpty(source.getKey().getProperty(name))) {
					messages.add(known.message(name, OriginLookup.getOrigin(source.getKey(), name)));
				}
			}
		}
		return messages;
	}

	List<Map.Entry<String, String>> keys() {
		List<Map.Entry<String, String>> all = new ArrayList<>(this.keys.entrySet());
		all.addAll(this.bracketed.entrySet());
		return all;
	}

	// The first element of a list that was written instead of keys, null if absent. A
	// numeric key looks the same, but is rarely zero.
	@Nullable String firstElementOfAList() {
		return this.bracketed.get("0");
	}

	boolean isVariableOfAnother(String key) {
		return this.uniform.contains(uniform(key)) && !this.keys.containsKey(key) && !this.bracketed.containsKey(key);
	}

	static String uniform(String key) {
		return key.replace("-", "").toLowerCase(Locale.ROOT);
	}

	// The property with the same key without brackets, null if absent. With a dash in the
	// key, the binder takes the two forms for different keys.
	@Nullable String withoutBrackets(String key, String property) {
		return (key.contains("-") && property.equals(this.bracketed.get(key))) ? this.keys.get(key) : null;
	}

}
