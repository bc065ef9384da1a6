package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.run.TimedCall.Outcome;
import dev.braintrust.spring.eval.score.TokenUsage;
import dev.braintrust.spring.trace.RowTracer;
import dev.braintrust.spring.trace.route.RoutedRow;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/**
 * Runs one row: its task with retries, then its scorers. Each step calls code of the
 * application with a time limit. If the code must be abandoned, the next step runs on
 * another thread.
 */
final class RowRun<I, O, E> {

	private static final long OPEN_SPANS_MILLIS = 2000;

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private final ExperimentRun<I, O, E> run;

	private final Plan<I, O, E> plan;

	private final Slot<I, E> slot;

	private final RowTracer tracer;

	private final ScorerCalls calls;

	private final RoutedRow routed;

	private final ProjectSpan span;

	private final Context context;

	private TokenUsage usage = TokenUsage.NONE;

	private int ended;

	RowRun(ExperimentRun<I, O, E> run, Plan<I, O, E> plan, Slot<I, E> slot, RowTracer tracer, ScorerCalls calls) {
		this.run = run;
		this.plan = plan;
		this.slot = slot;
		this.tracer = tracer;
		this.calls = calls;
		this.routed = new RoutedRow(tracer.route());
		this.span = tracer.start(this.routed);
		this.context = Context.current().with(this.span);
	}

	Slot<I, E> slot() {
		return this.slot;
	}

	RowTracer tracer() {
		return this.tracer;
	}

	ScorerCalls calls() {
		return this.calls;
	}

	ScoreSummaries summaries() {
		return this.run.summaries();
	}

	ProjectSpan span() {
		return this.span;
	}

	void run() {
		this.span.input(this.slot.evalCase().input());
		RowTracer.expected(this.span, this.slot.evalCase().expected());
		EvalCase.Origin origin = this.slot.evalCase().origin();
		if (origin != null) {
			this.tracer.json(this.span, "braintrust.origin", origin.toFields());
		}
		attempt(0);
	}

	private void attempt(int number) {
		long start = System.nanoTime();
		RowTask<I, O, E> task = new RowTask<>(this.plan, this.slot, this.tracer, this.span, number);
		call("The task", task, (outcome) -> {
			task.end(outcome.error());
			attempted(number, task, outcome, Duration.ofNanos(System.nanoTime() - start));
		});
	}

	private void attempted(int number, RowTask<I, O, E> task, Outcome<O> outcome, Duration duration) {
		CollectedTrace trace = trace(task);
		this.usage = this.usage.plus(trace.usage());
		if (outcome.error() != null && number < this.plan.retries() && pause(number)) {
			attempt(number + 1);
			return;
		}
		new RowScores<>(this, this.plan, task, outcome, number + 1, duration, trace, this.usage).run();
	}

	// Wait before a retry. Return false if the run was cancelled.
	private boolean pause(int number) {
		long most = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(number, 10));
		return this.run.pause(ThreadLocalRandom.current().nextLong(most / 2, most + 1), TimeUnit.MILLISECONDS);
	}

	// Return the spans of the last attempt. A stream may end shortly after its task.
	private CollectedTrace trace(RowTask<I, O, E> task) {
		if (!this.tracer.isRecorded()) {
			return CollectedTrace.none(this.tracer.project());
		}
		try {
			this.routed.awaitOpen(1, OPEN_SPANS_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		List<RoutedRow.Ended> all = this.routed.ended();
		List<RoutedRow.Ended> last = all.subList(Math.min(this.ended, all.size()), all.size());
		this.ended = all.size();
		return CollectedTrace.of(last, task.spanId());
	}

	boolean hasThreads() {
		return this.run.hasThreads();
	}

	// Continue the row and its lane on another thread.
	void proceed(Runnable row) {
		this.run.proceed(row);
	}

	// Run a part of the row on another thread. The row must wait for it.
	void beside(Runnable part) {
		this.run.beside(part);
	}

	<T> void call(String what, Callable<T> step, Consumer<Outcome<T>> then) {
		call(what, step, then, this::proceed);
	}

	// Run a step, then continue on this thread. If the step is abandoned, continue on
	// another thread.
	<T> void call(String what, Callable<T> step, Consumer<Outcome<T>> then, Consumer<Runnable> elsewhere) {
		TimedCall<T> call = this.run.timed(() -> {
			try (Scope scope = this.context.makeCurrent()) {
				return step.call();
			}
		});
		Runnable abandoned = () -> elsewhere.accept(() -> then.accept(new Outcome<>(null, call.reason())));
		then.accept(this.run.call(call, what, abandoned));
	}

	void end(RowResult<I, O, E> result) {
		this.run.ended(this.slot.position(), result, this.tracer.end(this.routed, this.span));
	}

	/**
	 * The position of a row in the experiment.
	 *
	 * @param position the position among all rows
	 * @param index the position of its case
	 */
	record Slot<I, E>(int position, int index, int trial, EvalCase<I, E> evalCase) {

		static <I, E> List<Slot<I, E>> of(Plan<I, ?, E> plan, RunSettings settings) {
			List<Slot<I, E>> slots = new ArrayList<>();
			int index = 0;
			for (EvalCase<I, E> each : settings.selected(plan.cases())) {
				Integer own = each.trials();
				int trials = settings.trials((own != null) ? own : plan.trials());
				for (int trial = 0; trial < trials; trial++) {
					slots.add(new Slot<>(slots.size(), index, trial, each));
				}
				index++;
			}
			return List.copyOf(slots);
		}

	}

}
