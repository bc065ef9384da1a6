package dev.braintrust.spring.eval.report;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import org.jspecify.annotations.Nullable;

/**
 * What is reported of an experiment.
 *
 * @param result the result; of its rows, nothing that is content is reported
 * @param spans gives the recorded spans of a row, in the order of their start, none if
 * they are not kept
 * @param before gives the scores that the input of a row has in the baseline
 */
public record Reported(ExperimentResult<?, ?, ?> result, Function<RowResult<?, ?, ?>, List<ReportedSpan>> spans,
		Function<RowResult<?, ?, ?>, Map<String, Double>> before) {

	// How a score of a row differs from the baseline: positive if it is better.
	double difference(RowResult<?, ?, ?> row, Map<String, Double> before, String score) {
		@Nullable Double now = row.score(score);
		@Nullable Double then = before.get(score);
		return (now != null && then != null) ? ScoredInputs.difference(now, then) : 0;
	}

}
