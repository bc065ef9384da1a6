package dev.braintrust.spring.autoconfigure.properties;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Says what to do about a key that is not declared.
 */
public final class KnownKeys {

	private KnownKeys() {
	}

	// The remedy for a key that is not declared.
	public static String remedy(String key, Map<String, String> names) {
		for (Map.Entry<String, String> project : names.entrySet()) {
			if (project.getValue().equalsIgnoreCase(key.strip())) {
				return "'" + key + "' is the name of the project in Braintrust. Write its key instead: '"
						+ project.getKey() + "'.";
			}
		}
		return remedy(key, names.keySet());
	}

	// The remedy for a key that is not declared.
	public static String remedy(String key, Collection<String> known) {
		String declare = ProjectKeys.isKey(key)
				? "To declare '" + key + "', set a property of it, such as 'braintrust.projects." + key + ".name'."
				: "A key is made of lower-case letters, digits and single dashes between them.";
		if (known.isEmpty()) {
			return "No project is declared so far. " + declare;
		}
		return nearest(key, known).map((nearest) -> "Did you mean '" + nearest + "'? ").orElse("")
				+ "The declared projects are: " + String.join(", ", new TreeSet<>(known)) + ". " + declare;
	}

	private static Optional<String> nearest(String key, Collection<String> known) {
		return Spelling.nearest(key.toLowerCase(Locale.ROOT), known, Math.max(2, key.length() / 3));
	}

}
