package dev.braintrust.spring.eval.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.OnError;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.BaselineFile;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.compare.ExperimentScores;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import dev.braintrust.spring.settings.Amount;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The baseline of a run. It is read before the first row, so that an unreadable baseline
 * fails before any cost.
 *
 * @param experiment the id of the experiment, or {@code null} for a file
 * @param scores its scores, or {@code null} if it does not exist yet
 * @param file the file, or {@code null} for an experiment
 */
record RunBaseline(String name, @Nullable String experiment, @Nullable ScoredInputs scores,
		@Nullable BaselineFile file) {

	private static final Log logger = LogFactory.getLog(RunBaseline.class);

	static RunBaseline of(BaselineFile file) {
		return new RunBaseline(file.name(), null, file.read(), file);
	}

	static RunBaseline of(ExperimentScores.Found found) {
		return new RunBaseline(found.name(), found.id(), found.scores(), null);
	}

	// Compare the rows of a run with the baseline. The function returns an input in the
	// baseline's form.
	<I> @Nullable Comparison compare(Plan<I, ?, ?> plan, List<? extends RowResult<I, ?, ?>> rows,
			Map<String, ScoreSummary> summaries, Function<RowResult<?, ?, ?>, String> input, boolean bless) {
		ScoredInputs scored = new ScoredInputs();
		for (RowResult<I, ?, ?> row : rows) {
			Map<String, Double> values = new LinkedHashMap<>();
			for (String score : summaries.keySet()) {
				Double value = ScoreSummaries.value(score, row, plan.onError() == OnError.SCORE_ZERO);
				if (value != null) {
					values.put(score, value);
				}
			}
			scored.add(input.apply(row), values);
		}
		if (this.file != null && bless) {
			this.file.bless(scored);
			return scored.compare(this.name + ", blessed by this run", scored, summaries.keySet());
		}
		if (this.scores == null) {
			logger.warn("The experiment '" + plan.name() + "' has no baseline yet"
					+ ((this.file != null) ? ": there is no file '" + this.file.file()
							+ "'. Run it once with braintrust.evals.bless=true to write it." : ""));
			return null;
		}
		return scored.compare(this.name, this.scores, summaries.keySet());
	}

	// Whether a run may write this baseline: it must be a file, and all rows must have
	// run without errors. A partial run has other cases or trials than its code defines.
	boolean isBlessedBy(Plan<?, ?, ?> plan, List<? extends RowResult<?, ?, ?>> rows, int size, boolean isPartial) {
		if (this.file == null) {
			return false;
		}
		long failed = rows.stream().filter(RowResult::hasErrors).count();
		if (failed == 0 && !isPartial && rows.size() == size) {
			return true;
		}
		logger.warn("The baseline '" + this.file.file() + "' is not written, since the experiment '" + plan.name()
				+ "' "
				+ ((failed > 0) ? "has " + Amount.of(failed, "failed row") : "did not run all of its cases and trials")
				+ ". Only a run of all cases and trials without errors can be blessed.");
		return false;
	}

}
