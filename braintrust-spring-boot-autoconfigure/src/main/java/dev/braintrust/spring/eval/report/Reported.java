package dev.braintrust.spring.eval.report;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import org.jspecify.annotations.Nullable;

/**
 * The data of a report.
 *
 * @param result the result; the content of its rows is not reported, only the content of
 * recorded spans
 * @param spans returns the recorded spans of a row in the order of their start, empty if
 * they are not kept
 * @param before returns the scores of a row's input in the baseline
 */
public record Reported(ExperimentResult<?, ?, ?> result, Function<RowResult<?, ?, ?>, List<ReportedSpan>> spans,
		Function<RowResult<?, ?, ?>, Map<String, Double>> before) {

	// Return the change of a row's score since the baseline, positive if it is better.
	double difference(RowResult<?, ?, ?> row, Map<String, Double> before, String score) {
		@Nullable Double now = row.score(score);
		@Nullable Double then = before.get(score);
		return (now != null && then != null) ? ScoredInputs.difference(now, then) : 0;
	}

}
