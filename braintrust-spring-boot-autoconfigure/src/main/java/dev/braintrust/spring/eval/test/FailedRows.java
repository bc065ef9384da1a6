package dev.braintrust.spring.eval.test;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.score.Score;
import org.jspecify.annotations.Nullable;

/**
 * Describes an experiment in the message of a failed assertion: its table and the worst
 * rows.
 */
final class FailedRows {

	private static final int SHOWN = 5;

	private FailedRows() {
	}

	static String describe(ExperimentResult<?, ?, ?> result, List<? extends RowResult<?, ?, ?>> worst) {
		StringBuilder text = new StringBuilder("\n\n").append(result.table());
		worst.stream().limit(SHOWN).forEach((row) -> describe(row, text));
		if (worst.size() > SHOWN) {
			text.append("\n\nand ").append(worst.size() - SHOWN).append(" more rows");
		}
		return text.toString();
	}

	private static void describe(RowResult<?, ?, ?> row, StringBuilder text) {
		text.append("\n\nrow ").append(row.index());
		if (row.trial() > 0) {
			text.append(", trial ").append(row.trial());
		}
		text.append((row.page() != null) ? "\n  see: " + row.page() : "");
		line(text, "input", row.input());
		line(text, "output", row.output());
		line(text, "expected", row.expected());
		line(text, "error", row.error());
		for (Map.Entry<String, Score> score : row.scores().entrySet()) {
			Double value = score.getValue().value();
			String shown = (value != null) ? String.format(Locale.ROOT, "%.1f %%", 100 * value) : "skipped";
			String rationale = score.getValue().rationale();
			line(text, score.getKey(), (rationale != null) ? shown + ": " + rationale : shown);
		}
		row.scorerErrors()
			.forEach((scorer, error) -> line(text, scorer, "failed: " + Values.excerpt(error, Values.LONG)));
	}

	private static void line(StringBuilder text, String name, @Nullable Object value) {
		if (value != null) {
			text.append("\n  ")
				.append(Values.excerpt(name, Values.LONG))
				.append(": ")
				.append(Values.excerpt(value, Values.LONG));
		}
	}

}
