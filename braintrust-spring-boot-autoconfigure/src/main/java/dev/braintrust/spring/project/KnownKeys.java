package dev.braintrust.spring.project;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

import dev.braintrust.spring.properties.ProjectKeys;

/**
 * Says what to do about a key that is not declared.
 */
final class KnownKeys {

	private KnownKeys() {
	}

	static String remedy(String key, Collection<String> known) {
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
		String text = key.toLowerCase(Locale.ROOT);
		return known.stream()
			.filter((candidate) -> distance(text, candidate) <= Math.max(2, key.length() / 3))
			.min(Comparator.<String>comparingInt((candidate) -> distance(text, candidate))
				.thenComparing(Comparator.naturalOrder()));
	}

	// The Levenshtein distance of two keys.
	private static int distance(String one, String another) {
		int[] row = new int[another.length() + 1];
		for (int j = 0; j <= another.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= another.length(); j++) {
				int replaced = diagonal + ((one.charAt(i - 1) == another.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[another.length()];
	}

}
