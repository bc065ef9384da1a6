package dev.braintrust.spring.eval.score;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Tells how close the output is to the number that is expected.
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
			// It may have content, so it is no cause.
		}
		throw new IllegalStateException(what + " is not a finite number");
	}

	// Of finite numbers. Both are divided by the larger one, so that no sum overflows.
	static double similarity(double one, double other) {
		double larger = Math.max(Math.abs(one), Math.abs(other));
		return (larger == 0) ? 1
				: 1 - Math.abs(one / larger - other / larger) / (Math.abs(one / larger) + Math.abs(other / larger));
	}

}
