package dev.braintrust.spring.eval.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.report.ReportFiles;
import dev.braintrust.spring.eval.report.TextTable;
import dev.braintrust.spring.eval.score.TokenUsage;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An experiment that has ended.
 *
 * @param missing the number of rows that did not complete
 * @param duration its duration
 * @param strays the number of traces outside of all rows
 * @param strayNames the names of some of these traces
 * @param sent whether Braintrust has accepted everything
 * @param comparison the comparison with its baseline
 */
record EndedExperiment<I, O, E>(RunTarget target, List<RowResult<I, O, E>> rows, int missing,
		Map<String, ScoreSummary> scores, Duration duration, int strays, List<String> strayNames, boolean sent,
		RunOutcome<I, O, E> outcome, @Nullable Comparison comparison) implements ExperimentResult<I, O, E> {

	@Override
	public String project() {
		return this.target.project();
	}

	@Override
	public String name() {
		return this.target.name();
	}

	@Override
	public @Nullable String id() {
		return this.target.id();
	}

	@Override
	public @Nullable URI url() {
		return this.target.url();
	}

	@Override
	public List<RowResult<I, O, E>> errors() {
		return this.rows.stream().filter(RowResult::hasErrors).toList();
	}

	@Override
	public ScoreSummary score(String name) {
		ScoreSummary score = this.scores.get(name);
		Assert.isTrue(score != null, () -> "The experiment '" + name() + "' has no score '" + name + "'. It has: "
				+ String.join(", ", this.scores.keySet()));
		return score;
	}

	@Override
	public TokenUsage usage() {
		return this.rows.stream().map(RowResult::usage).reduce(TokenUsage.NONE, TokenUsage::plus);
	}

	@Override
	public void writeHtml(Path file) {
		try {
			ReportFiles.html(this.outcome.reported(this), file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("'" + file + "' cannot be written", ex);
		}
	}

	@Override
	public void writeJson(Path file) {
		try {
			ReportFiles.json(this.outcome.reported(this), file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("'" + file + "' cannot be written", ex);
		}
	}

	@Override
	public String table() {
		return TextTable.of(this, this.strayNames);
	}

	@Override
	public String toString() {
		return table();
	}

}
