package dev.braintrust.spring.eval.score;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Scores how close the output is to the expected number.
 */
final class NumericDiff implements Scorer<Object, Object, Object> {

	@Override
	public String name() {
		return "numericDiff";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		double expected = number(it.expectedOrFail(), "The expected output");
		return List.of(Score.of(similarity(number(it.output(), "The output"), expected)));
	}

	private static double number(@Nullable Object value, String what) {
		try {
			double number = (value instanceof Number given) ? given.doubleValue()
					: Double.parseDouble(String.valueOf(value).strip());
			if (Double.isFinite(number)) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// The message may contain content, so it is not the cause.
		}
		throw new IllegalStateException(what + " is not a finite number");
	}

	// For finite numbers. Both are divided by the larger number, so that the sum
	// cannot overflow.
	static double similarity(double one, double other) {
		double larger = Math.max(Math.abs(one), Math.abs(other));
		return (larger == 0) ? 1
				: 1 - Math.abs(one / larger - other / larger) / (Math.abs(one / larger) + Math.abs(other / larger));
	}

}
