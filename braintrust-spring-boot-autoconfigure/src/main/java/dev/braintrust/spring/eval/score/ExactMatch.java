package dev.braintrust.spring.eval.score;

/**
 * Tells whether the output is what is expected.
 */
final class ExactMatch extends ComparedTexts {

	ExactMatch() {
		super("exactMatch");
	}

	@Override
	double score(String output, String expected) {
		return output.equals(expected) ? 1 : 0;
	}

}
