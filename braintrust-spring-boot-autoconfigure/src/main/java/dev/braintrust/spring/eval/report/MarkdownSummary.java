package dev.braintrust.spring.eval.report;

import java.util.Locale;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.compare.Comparison.ScoreChange;
import org.jspecify.annotations.Nullable;

/**
 * Writes the result of an experiment as Markdown, for the job summary of GitHub Actions.
 * It contains no content of rows.
 */
final class MarkdownSummary {

	private MarkdownSummary() {
	}

	static String of(ExperimentResult<?, ?, ?> result) {
		Comparison comparison = result.comparison();
		StringBuilder markdown = new StringBuilder("### ").append(clean(result.name()));
		markdown.append("\n\nproject ").append(clean(result.project()));
		markdown.append(" · ").append(result.rows().size()).append(" rows · ");
		markdown.append((result.missing() > 0) ? result.missing() + " did not run to the end · " : "");
		markdown.append(result.errors().size()).append(" with errors · ").append(TextTable.seconds(result.duration()));
		if (comparison != null) {
			markdown.append(" · baseline ").append(clean(comparison.baseline()));
		}
		markdown.append("\n\n| score | mean | ± |");
		markdown.append((comparison != null) ? " baseline | better | worse |" : "");
		markdown.append(" rows |\n|---|---:|---:|").append((comparison != null) ? "---:|---:|---:|" : "");
		markdown.append("---:|\n");
		for (ScoreSummary score : result.scores().values()) {
			markdown.append("| ").append(clean(score.name()));
			markdown.append((score.count() > 0)
					? String.format(Locale.ROOT, " | %.1f %% | %.1f |", 100 * score.mean(), 100 * score.standardError())
					: " | none | |");
			markdown.append((comparison != null) ? change(comparison.score(score.name())) : "");
			markdown.append(' ').append(score.count());
			markdown.append((score.failed() > 0) ? ", " + score.failed() + " failed" : "");
			markdown.append((score.skipped() > 0) ? ", " + score.skipped() + " skipped" : "").append(" |\n");
		}
		if (result.url() != null) {
			markdown.append("\n[Open in Braintrust](<").append(result.url().toASCIIString()).append(">)\n");
		}
		return markdown.append('\n').toString();
	}

	private static String change(@Nullable ScoreChange change) {
		return (change == null || change.matched() == 0) ? " | | |" : String.format(Locale.ROOT,
				" %+.1f %% | %d | %d |", 100 * change.difference(), change.better(), change.worse());
	}

	// Escape a name, so that it is neither markup nor a mention of a user.
	private static String clean(String text) {
		StringBuilder clean = new StringBuilder();
		TextTable.clean(text).codePoints().forEach((c) -> {
			if (c == '<') {
				clean.append("&lt;");
			}
			else if (c == '&') {
				clean.append("&amp;");
			}
			else if (c == '@') {
				clean.append("&#64;");
			}
			else if ("\\`*_{}[]()#+!|>~".indexOf(c) >= 0) {
				clean.append('\\').appendCodePoint(c);
			}
			else {
				clean.appendCodePoint(c);
			}
		});
		return clean.toString();
	}

}
