package dev.braintrust.spring.console;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.braintrust.spring.eval.EvalAbortedException;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import org.jspecify.annotations.Nullable;

/**
 * An experiment in the console: its numbers, and the trace ids of its rows. Inputs and
 * outputs are only in the traces.
 */
final class ShownExperiment implements ExperimentWatch.Run {

	static final int BYTES = 1024;

	// The estimated heap of a row, and of each of its scores.
	private static final int ROW_BYTES = 384;

	private static final int SCORE_BYTES = 96;

	private final Experiments experiments;

	private final int id;

	private final String project;

	private final String name;

	private final int total;

	private final long start = System.currentTimeMillis();

	private final List<Row> rows = new ArrayList<>();

	private final Map<String, DoubleSummaryStatistics> scores = new LinkedHashMap<>();

	// The score names of rows whose task failed. These rows count as 0 in all scores.
	private final Set<String> zeros = new LinkedHashSet<>();

	private int zeroRows;

	private int ended;

	private int errors;

	private long tokens;

	private @Nullable Outcome outcome;

	// Owned by the experiments.
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

	String project() {
		return this.project;
	}

	String name() {
		return this.name;
	}

	long start() {
		return this.start;
	}

	synchronized boolean hasEnded() {
		return this.outcome != null;
	}

	@Override
	public void ended(RowResult<?, ?, ?> row, String input) {
		boolean kept = this.experiments.hold(this, ROW_BYTES + (long) SCORE_BYTES * row.scores().size());
		synchronized (this) {
			this.ended++;
			this.errors += row.hasErrors() ? 1 : 0;
			this.tokens += row.usage().tokens();
			addScores(row);
			if (kept) {
				this.rows.add(Row.of(row, input));
			}
		}
		// A new version, because the page may have read the experiment before the row
		// was added.
		this.experiments.hold(this, 0);
	}

	private void addScores(RowResult<?, ?, ?> row) {
		if (row.error() != null && !row.scores().isEmpty()) {
			this.zeros.addAll(row.scores().keySet());
			this.zeroRows++;
			return;
		}
		row.scores().forEach((name, score) -> {
			DoubleSummaryStatistics values = this.scores.computeIfAbsent(name,
					(added) -> new DoubleSummaryStatistics());
			if (score.value() != null) {
				values.accept(score.value());
			}
		});
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

	// A snapshot of the experiment, with its rows from the given one on.
	synchronized View view(int from) {
		return new View(this.version, this.ended, this.errors, this.tokens, means(),
				List.copyOf(this.rows.subList(Math.min(from, this.rows.size()), this.rows.size())), this.outcome);
	}

	// The mean of each score: from the result if the experiment has ended, else from the
	// rows that have ended.
	private Map<String, Double> means() {
		Map<String, Double> means = new LinkedHashMap<>();
		this.scores.forEach((score, values) -> {
			long count = values.getCount() + this.zeroRows;
			means.put(score, (count > 0) ? values.getSum() / count : Double.NaN);
		});
		if (means.isEmpty()) {
			// Failed rows have scorer names instead of score names, so use these only if
			// no row has scores.
			this.zeros.forEach((score) -> means.put(score, 0.0));
		}
		if (this.outcome != null && !this.outcome.scores().isEmpty()) {
			this.outcome.scores().forEach((score, summary) -> means.put(score, summary.mean()));
			means.keySet().retainAll(this.outcome.scores().keySet());
		}
		return means;
	}

	// The scores of all rows, for comparisons. A failed row that has a score counts as 0
	// in all scores.
	ScoredInputs scored() {
		View view = view(0);
		ScoredInputs scored = new ScoredInputs();
		for (Row row : view.rows()) {
			Map<String, Double> values = new LinkedHashMap<>(row.scores());
			values.values().removeIf(Objects::isNull);
			if (row.error() != null && !values.isEmpty()) {
				view.means().keySet().forEach((score) -> values.put(score, 0.0));
			}
			scored.addCanonical(row.input(), values);
		}
		return scored;
	}

	int total() {
		return this.total;
	}

	/**
	 * A snapshot of an experiment.
	 *
	 * @param version the store's version at its last change
	 * @param ended the number of rows that have ended
	 * @param errors the number of ended rows that have errors
	 * @param tokens the tokens of their tasks
	 * @param rows the rows in the order in which they ended, as many as the memory allows
	 * @param outcome the outcome, if it has ended
	 */
	record View(long version, int ended, int errors, long tokens, Map<String, Double> means, List<Row> rows,
			@Nullable Outcome outcome) {
	}

	/**
	 * The outcome of an ended experiment.
	 *
	 * @param end the time of its end, in milliseconds
	 * @param scores the summaries of its scores
	 * @param url its page in Braintrust
	 * @param sent whether all its spans were sent to Braintrust
	 * @param failure the reason, if it failed
	 */
	record Outcome(long end, Map<String, ScoreSummary> scores, @Nullable String url, boolean sent,
			@Nullable String failure) {
	}

	/**
	 * A row that has ended.
	 *
	 * @param index the position of its case
	 * @param input a hash of the row's canonical input, which reveals nothing of it
	 * @param trace the id of its trace, {@code null} if it was not recorded
	 * @param millis the duration of its task
	 * @param tokens the tokens of its task
	 * @param error the class of the exception that its task threw, if it failed
	 * @param scores its scores, null for a skipped score
	 * @param failed the scorers that failed
	 */
	record Row(int index, int trial, String input, @Nullable String trace, double millis, long tokens,
			@Nullable String error, Map<String, @Nullable Double> scores, Set<String> failed) {

		static Row of(RowResult<?, ?, ?> row, String input) {
			Map<String, @Nullable Double> scores = new LinkedHashMap<>();
			row.scores().forEach((name, score) -> scores.put(name, score.value()));
			Throwable error = row.error();
			return new Row(row.index(), row.trial(), ScoredInputs.hidden(input), row.traceId(),
					row.duration().toNanos() / 1e6, row.usage().tokens(),
					(error != null) ? error.getClass().getName() : null, scores,
					Set.copyOf(row.scorerErrors().keySet()));
		}

	}

}
