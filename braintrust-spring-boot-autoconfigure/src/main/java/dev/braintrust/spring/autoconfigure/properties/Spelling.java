package dev.braintrust.spring.autoconfigure.properties;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * What was meant by a name that is not known.
 */
public final class Spelling {

	private Spelling() {
	}

	public static Optional<String> nearest(String name, Collection<String> known, int limit) {
		return known.stream()
			.filter((candidate) -> distance(name, candidate) <= limit)
			.min(Comparator.<String>comparingInt((candidate) -> distance(name, candidate))
				.thenComparing(Comparator.naturalOrder()));
	}

	// The Levenshtein distance of two names.
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
