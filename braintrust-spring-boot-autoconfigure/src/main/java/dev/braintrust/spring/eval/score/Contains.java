package dev.braintrust.spring.eval.score;

import java.util.Locale;

/**
 * Tells whether the output contains what is expected.
 */
final class Contains extends ComparedTexts {

	private final boolean ignoreCase;

	Contains(boolean ignoreCase) {
		super("contains");
		this.ignoreCase = ignoreCase;
	}

	@Override
	double score(String output, String expected) {
		boolean contains = this.ignoreCase ? output.toLowerCase(Locale.ROOT).contains(expected.toLowerCase(Locale.ROOT))
				: output.contains(expected);
		return contains ? 1 : 0;
	}

}
