package dev.braintrust.spring.project;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * Says what to do about a key that is not declared.
 */
final class KnownKeys {

	private KnownKeys() {
	}

	static String remedy(String key, Collection<String> known) {
		String declare = "Declare it under 'braintrust.projects." + key + "'";
		if (known.isEmpty()) {
			return declare + ". No project is declared so far.";
		}
		String nearest = known.stream()
			.min(Comparator.<String>comparingInt((candidate) -> distance(key, candidate))
				.thenComparing(Comparator.naturalOrder()))
			.orElseThrow();
		boolean near = distance(key, nearest) <= Math.max(2, key.length() / 3);
		return declare + ", or use a declared key: " + String.join(", ", new TreeSet<>(known)) + "."
				+ (near ? " Did you mean '" + nearest + "'?" : "");
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
