package dev.braintrust.spring.eval.score;

/**
 * Tells how similar the output is to what is expected, by the characters that would have
 * to be inserted, deleted or replaced.
 */
final class Levenshtein extends ComparedTexts {

	Levenshtein() {
		super("levenshtein");
	}

	@Override
	double score(String output, String expected) {
		return similarity(output, expected);
	}

	// Characters are those that people see as one at the least: code points.
	static double similarity(String one, String other) {
		int[] from = one.codePoints().toArray();
		int[] to = other.codePoints().toArray();
		int longest = Math.max(from.length, to.length);
		return (longest == 0) ? 1 : 1 - (double) distance(from, to) / longest;
	}

	private static int distance(int[] from, int[] to) {
		int[] above = new int[to.length + 1];
		for (int i = 0; i <= to.length; i++) {
			above[i] = i;
		}
		for (int i = 1; i <= from.length; i++) {
			int[] row = new int[to.length + 1];
			row[0] = i;
			for (int j = 1; j <= to.length; j++) {
				int replaced = above[j - 1] + ((from[i - 1] == to[j - 1]) ? 0 : 1);
				row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
			}
			above = row;
		}
		return above[to.length];
	}

}
