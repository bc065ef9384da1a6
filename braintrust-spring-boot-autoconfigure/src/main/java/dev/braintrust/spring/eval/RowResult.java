package dev.braintrust.spring.eval;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.RowTrace.RowSpan;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * The result of one row: one trial of one case.
 *
 * @param index the position of the case in the experiment, from 0
 * @param trial the trial, from 0
 * @param evalCase the case
 * @param metadata the metadata of the row
 * @param tags the tags of the row
 * @param output the output of the task; {@code null} if it failed, returned {@code null},
 * or outputs are not kept
 * @param error the exception of the last attempt, or {@code null}
 * @param attempts the number of attempts
 * @param duration the duration of the last attempt
 * @param scores the scores by name; a score without a value was skipped
 * @param scorerErrors the exceptions of scorers, by their names
 * @param classifications the classes by group
 * @param classifierErrors the exceptions of classifiers, by their names
 * @param usage the tokens of the task
 * @param trace the spans of the task, in the order of their start
 * @param traceId the id of the trace of the row, or {@code null} if it was not recorded
 * @param page the URL of the row: its page in Braintrust, or its place in the report that
 * is written when the experiment ends; {@code null} without either
 * @param <I> the type of the input
 * @param <O> the type of the output
 * @param <E> the type of the expected output
 * @see ExperimentResult#rows()
 */
public record RowResult<I, O, E>(int index, int trial, EvalCase<I, E> evalCase, Map<String, @Nullable Object> metadata,
		List<String> tags, @Nullable O output, @Nullable Throwable error, int attempts, Duration duration,
		Map<String, Score> scores, Map<String, Throwable> scorerErrors,
		Map<String, List<Classification>> classifications, Map<String, Throwable> classifierErrors, TokenUsage usage,
		List<RowSpan> trace, @Nullable String traceId, @Nullable URI page) {

	public RowResult {
		metadata = copy(metadata);
		tags = List.copyOf(tags);
		scores = copy(scores);
		scorerErrors = copy(scorerErrors);
		classifications = copy(classifications);
		classifierErrors = copy(classifierErrors);
		trace = List.copyOf(trace);
	}

	private static <T extends @Nullable Object> Map<String, T> copy(Map<String, T> map) {
		return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
	}

	/**
	 * The input of the case.
	 * @return the input
	 */
	public I input() {
		return this.evalCase.input();
	}

	/**
	 * The expected output of the case.
	 * @return the expected output, or {@code null} if absent
	 */
	public @Nullable E expected() {
		return this.evalCase.expected();
	}

	/**
	 * The value of a score.
	 * @param name the name of the score
	 * @return the value, or {@code null} if the row does not have the score or its scorer
	 * skipped the row
	 */
	public @Nullable Double score(String name) {
		Score score = this.scores.get(name);
		return (score != null) ? score.value() : null;
	}

	/**
	 * Whether the task or a scorer failed.
	 * @return {@code true} if the task or a scorer failed; classifiers do not count
	 */
	public boolean hasErrors() {
		return this.error != null || !this.scorerErrors.isEmpty();
	}

}
