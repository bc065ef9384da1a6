package dev.braintrust.spring.eval.report;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.settings.Amount;
import org.jspecify.annotations.Nullable;

/**
 * Writes the result of an experiment as a text table, without content of rows. Names are
 * on one line, without control characters of terminals.
 */
public final class TextTable {

	private static final int MAX_SLOWEST = 3;

	private TextTable() {
	}

	public static String of(ExperimentResult<?, ?, ?> result, List<String> strayNames) {
		StringBuilder table = new StringBuilder();
		long cases = result.rows().stream().map(RowResult::index).distinct().count();
		table.append(clean(result.name())).append(" · project ").append(clean(result.project()));
		table.append(" · ").append(Amount.of(result.rows().size(), "row"));
		if (cases != result.rows().size()) {
			table.append(" of ").append(Amount.of(cases, "case"));
		}
		table.append(" · ").append(seconds(result.duration()));
		if (result.usage().tokens() > 0) {
			table.append(String.format(Locale.ROOT, " · %,d+%,d tokens", result.usage().promptTokens(),
					result.usage().completionTokens()));
		}
		Comparison comparison = result.comparison();
		if (comparison != null) {
			table.append(" · baseline ").append(clean(comparison.baseline()));
		}
		int width = result.scores().keySet().stream().mapToInt((name) -> clean(name).length()).max().orElse(0);
		result.scores()
			.values()
			.forEach((score) -> table.append('\n')
				.append(line(score, Math.max(width, 8)))
				.append((comparison != null) ? change(comparison.score(score.name())) : ""));
		table.append('\n').append(pad("errors", Math.max(width, 8))).append(errors(result));
		if (result.missing() > 0) {
			table.append('\n')
				.append(pad("missing", Math.max(width, 8)))
				.append("  ")
				.append(Amount.of(result.missing(), "row"))
				.append(" did not run to the end");
		}
		if (result.strays() > 0) {
			table.append('\n')
				.append(pad("strays", Math.max(width, 8)))
				.append("  ")
				.append(Amount.of(result.strays(), "trace"))
				.append(" outside of all rows: ")
				.append(strayNames.stream().map(TextTable::clean).collect(Collectors.joining(", ")))
				.append(" (see docs/isolation.md)");
		}
		return table.append('\n').append(where(result)).toString();
	}

	private static String line(ScoreSummary score, int width) {
		StringBuilder line = new StringBuilder(pad(clean(score.name()), width));
		if (score.count() == 0) {
			line.append("  no row has it");
		}
		else {
			line.append(
					String.format(Locale.ROOT, "  %5.1f %%  ±%4.1f", 100 * score.mean(), 100 * score.standardError()));
		}
		if (score.failed() > 0) {
			line.append("  ").append(score.failed()).append(" failed");
		}
		if (score.skipped() > 0) {
			line.append("  ").append(score.skipped()).append(" skipped");
		}
		return line.toString();
	}

	private static String change(Comparison.@Nullable ScoreChange change) {
		if (change == null) {
			return "";
		}
		String text = (change.matched() == 0) ? "  no row matches the baseline" : String.format(Locale.ROOT,
				"  %+5.1f %%  %d better  %d worse", 100 * change.difference(), change.better(), change.worse());
		return (change.unmatched() == 0) ? text : text + "  " + change.unmatched() + " unmatched";
	}

	private static String errors(ExperimentResult<?, ?, ?> result) {
		long tasks = result.rows().stream().filter((row) -> row.error() != null).count();
		long scorers = result.rows().stream().filter((row) -> !row.scorerErrors().isEmpty()).count();
		String errors = (tasks + scorers == 0) ? "  none"
				: "  " + Amount.of(tasks, "task") + ", " + Amount.of(scorers, "row") + " with failed scorers";
		String slowest = result.rows()
			.stream()
			.sorted(Comparator.<RowResult<?, ?, ?>, Duration>comparing(RowResult::duration).reversed())
			.limit(MAX_SLOWEST)
			.map((row) -> "row " + row.index() + " " + seconds(row.duration()))
			.collect(Collectors.joining(" · "));
		return slowest.isEmpty() ? errors : errors + "  slowest: " + slowest;
	}

	static String where(ExperimentResult<?, ?, ?> result) {
		if (result.id() == null) {
			return "not sent to Braintrust";
		}
		String page = (result.url() != null) ? result.url().toString() : "experiment " + result.id() + " in Braintrust";
		return result.sent() ? page : page + " (incomplete: not all of it has arrived)";
	}

	static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

	private static String pad(String text, int width) {
		return text + " ".repeat(Math.max(0, width - text.length()));
	}

	// Put a name on one line.
	public static String clean(String text) {
		return text.codePoints()
			.map((c) -> (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) ? ' ' : c)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

}
