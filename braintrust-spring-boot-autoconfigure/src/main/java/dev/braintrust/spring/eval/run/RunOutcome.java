package dev.braintrust.spring.eval.run;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.eval.report.Progress;
import dev.braintrust.spring.eval.report.RecordedRows;
import dev.braintrust.spring.eval.report.ReportFiles;
import dev.braintrust.spring.eval.report.Reported;
import dev.braintrust.spring.eval.report.TextTable;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals.GuestRun;
import dev.braintrust.spring.trace.RowTracer;
import dev.braintrust.spring.trace.route.RoutedRow;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Handles the outcome of a run: compares it with the baseline, writes the reports and
 * logs the result.
 */
final class RunOutcome<I, O, E> {

	private static final Log logger = LogFactory.getLog(RunOutcome.class);

	private final RecordedRows recorded = new RecordedRows();

	private final Map<Integer, String> inputs = new ConcurrentHashMap<>();

	private final Plan<I, O, E> plan;

	private final RunSettings settings;

	private final RunTarget target;

	private final @Nullable RunBaseline baseline;

	private final RowTracer tracer;

	private final RowSending sending;

	private final Progress progress;

	private final ExperimentWatch.@Nullable Run watch;

	private final int size;

	private @Nullable UncheckedIOException unblessed;

	private boolean blessed;

	private final GuestRun.@Nullable Watch guest;

	// The rows of a guest's run are only reported to the guest.
	RunOutcome(Plan<I, O, E> plan, RunSettings settings, RunTarget target, @Nullable RunBaseline baseline,
			RowTracer tracer, ExperimentWatch.@Nullable Run watch, GuestRun.@Nullable Watch guest, int size) {
		this.plan = plan;
		this.target = target;
		this.settings = settings;
		this.baseline = baseline;
		this.tracer = tracer;
		this.sending = new RowSending(tracer, target, settings.patience());
		this.watch = watch;
		this.guest = guest;
		this.size = size;
		this.progress = new Progress(
				"'" + TextTable.clean(plan.name()) + "' of the Braintrust project '" + target.project() + "'", size,
				settings.progress(), Progress.terminal());
	}

	RowSending sending() {
		return this.sending;
	}

	RunTarget target() {
		return this.target;
	}

	void start(ScheduledExecutorService clock) {
		this.progress.start(clock);
	}

	void ended(RowResult<I, O, E> row, List<RoutedRow.Ended> spans) {
		this.progress.ended(row.hasErrors());
		keepInput(row, spans);
		if (this.watch != null) {
			this.watch.ended(row, this.tracer.json(row.input()));
		}
		if (this.guest != null) {
			this.guest.ended(row, RecordedRows.rootId(spans), RecordedRows.output(spans));
		}
		else if (this.plan.keepOutputs()) {
			this.recorded.add(row, spans);
		}
	}

	@Nullable Comparison compare(List<RowResult<I, O, E>> rows, Map<String, ScoreSummary> scores) {
		try {
			return compare(rows, scores, this.settings.bless());
		}
		catch (UncheckedIOException ex) {
			this.unblessed = ex;
			return compare(rows, scores, false);
		}
	}

	private @Nullable Comparison compare(List<RowResult<I, O, E>> rows, Map<String, ScoreSummary> scores,
			boolean bless) {
		if (this.baseline == null) {
			return null;
		}
		this.blessed = bless && this.baseline.isBlessedBy(this.plan, rows, this.size, this.settings.isPartial());
		return this.baseline.compare(this.plan, rows, scores, this::input, this.blessed);
	}

	// An experiment as baseline has recorded inputs, so the recorded input of the row
	// is kept.
	private void keepInput(RowResult<?, ?, ?> row, List<RoutedRow.Ended> spans) {
		if (this.baseline != null && this.baseline.experiment() != null && !this.inputs.containsKey(row.index())) {
			String recorded = RecordedRows.input(spans);
			if (recorded != null) {
				this.inputs.put(row.index(), ScoredInputs.key(recorded));
			}
		}
	}

	// Return the input of a row in the form of the baseline. A file outlives the recorded
	// spans, so it must not contain content that is not recorded.
	private String input(RowResult<?, ?, ?> row) {
		String recorded = this.inputs.get(row.index());
		if (recorded != null) {
			return recorded;
		}
		String json = this.tracer.json(row.input());
		boolean hidden = this.baseline != null && this.baseline.file() != null && !this.tracer.tellsInputs();
		return hidden ? ScoredInputs.hidden(json) : json;
	}

	Reported reported(EndedExperiment<I, O, E> result) {
		return new Reported(result, this.recorded::of, this::before);
	}

	private Map<String, Double> before(RowResult<?, ?, ?> row) {
		// A run that has written its baseline has no differences.
		ScoredInputs scores = (this.baseline != null && !this.blessed) ? this.baseline.scores() : null;
		return (scores != null) ? scores.scores(input(row)) : Map.of();
	}

	// Failures here do not fail the run, except for a baseline that cannot be written.
	void publish(EndedExperiment<I, O, E> result) {
		this.progress.stop();
		Path report = this.target.report();
		Path page = (report != null) ? ReportFiles.write(reported(result), this.plan.name(), report) : null;
		if (this.settings.summary() != null) {
			ReportFiles.summarize(reported(result), this.plan.name(), this.settings.summary());
		}
		logger.info("An experiment has ended:\n" + result.table() + ((page != null) ? "\nreport: " + page : ""));
		if (this.unblessed != null) {
			throw this.unblessed;
		}
	}

}
