package dev.braintrust.spring.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.eval.EvalAbortedException;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import org.jspecify.annotations.Nullable;

/**
 * An experiment as the console keeps it: numbers, and the traces of its rows. What was
 * said is in these traces alone.
 */
final class ShownExperiment implements ExperimentWatch.Run {

	static final int BYTES = 1024;

	// What a row holds of the heap, and each of its scores.
	private static final int ROW_BYTES = 256;

	private static final int SCORE_BYTES = 96;

	private final Experiments experiments;

	private final int id;

	private final String project;

	private final String name;

	private final int total;

	private final long start = System.currentTimeMillis();

	private final List<Row> rows = new ArrayList<>();

	private int ended;

	private int errors;

	private long tokens;

	private @Nullable Outcome outcome;

	// These belong to the experiments.
	long bytes;

	volatile long version;

	ShownExperiment(Experiments experiments, int id, String project, String name, int total) {
		this.experiments = experiments;
		this.id = id;
		this.project = project;
		this.name = name;
		this.total = total;
	}

	int id() {
		return this.id;
	}

	@Override
	public void ended(RowResult<?, ?, ?> row) {
		boolean kept = this.experiments.hold(this, ROW_BYTES + (long) SCORE_BYTES * row.scores().size());
		synchronized (this) {
			this.ended++;
			this.errors += row.hasErrors() ? 1 : 0;
			this.tokens += row.usage().tokens();
			if (kept) {
				this.rows.add(Row.of(row));
			}
		}
	}

	@Override
	public void ended(@Nullable ExperimentResult<?, ?, ?> result, @Nullable Throwable failure) {
		synchronized (this) {
			boolean aborted = failure instanceof EvalAbortedException;
			this.outcome = new Outcome(System.currentTimeMillis(),
					(result != null) ? Map.copyOf(result.scores()) : Map.of(),
					(result != null && result.url() != null) ? result.url().toString() : null,
					result != null && result.sent(),
					(failure != null) ? (aborted ? failure.getMessage() : failure.getClass().getName()) : null);
		}
		this.experiments.hold(this, 0);
	}

	synchronized View view() {
		return new View(this.id, this.project, this.name, this.version, this.total, this.start, this.ended, this.errors,
				this.tokens, List.copyOf(this.rows), this.outcome);
	}

	/**
	 * An experiment at one moment.
	 *
	 * @param id its number in the console
	 * @param project the key of the project
	 * @param name the name of the experiment
	 * @param version the version of the store in which it last changed
	 * @param total how many rows it has
	 * @param start when it started, in milliseconds
	 * @param ended how many rows have ended
	 * @param errors how many of them have failed
	 * @param tokens the tokens of their tasks
	 * @param rows the rows that have ended, as many as there is room for
	 * @param outcome what became of it, if it has ended
	 */
	record View(int id, String project, String name, long version, int total, long start, int ended, int errors,
			long tokens, List<Row> rows, @Nullable Outcome outcome) {

		// The means of the scores: those of the result, or of the rows so far.
		Map<String, Double> means() {
			Map<String, Double> means = new LinkedHashMap<>();
			this.rows.forEach((row) -> row.scores().keySet().forEach((score) -> means.putIfAbsent(score, mean(score))));
			if (this.outcome != null) {
				this.outcome.scores().forEach((score, summary) -> means.put(score, summary.mean()));
			}
			return means;
		}

		private double mean(String score) {
			return this.rows.stream()
				.map((row) -> row.scores().get(score))
				.filter((value) -> value != null)
				.mapToDouble(Double::doubleValue)
				.average()
				.orElse(Double.NaN);
		}

	}

	/**
	 * What became of an experiment.
	 *
	 * @param end when it ended, in milliseconds
	 * @param scores its scores over all rows
	 * @param url its page in Braintrust
	 * @param sent whether all of it is there
	 * @param failure why it failed, if it did
	 */
	record Outcome(long end, Map<String, ScoreSummary> scores, @Nullable String url, boolean sent,
			@Nullable String failure) {
	}

	/**
	 * A row that has ended.
	 *
	 * @param index the position of its case
	 * @param trial the trial of its case
	 * @param trace the id of its trace, if it was recorded
	 * @param millis how long its task took
	 * @param tokens the tokens of its task
	 * @param error the class of what its task threw, if it failed
	 * @param scores its scores, null for one that was skipped
	 * @param failed the scorers that failed
	 */
	record Row(int index, int trial, @Nullable String trace, double millis, long tokens, @Nullable String error,
			Map<String, @Nullable Double> scores, Set<String> failed) {

		static Row of(RowResult<?, ?, ?> row) {
			Map<String, @Nullable Double> scores = new LinkedHashMap<>();
			row.scores().forEach((name, score) -> scores.put(name, score.value()));
			Throwable error = row.error();
			return new Row(row.index(), row.trial(), row.traceId(), row.duration().toNanos() / 1e6,
					row.usage().tokens(), (error != null) ? error.getClass().getName() : null, scores,
					Set.copyOf(row.scorerErrors().keySet()));
		}

	}

}
