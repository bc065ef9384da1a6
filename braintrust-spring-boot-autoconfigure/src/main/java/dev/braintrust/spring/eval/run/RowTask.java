package dev.braintrust.spring.eval.run;

import java.util.concurrent.Callable;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.trace.RowTracer;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of the task of a row, with its span.
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 * @param <E> the type of the expected output
 */
final class RowTask<I, O, E> implements Callable<O> {

	private final Plan<I, O, E> plan;

	private final RowRun.Slot<I, E> slot;

	private final ProjectSpan span;

	private final RunningRow row;

	RowTask(Plan<I, O, E> plan, RowRun.Slot<I, E> slot, RowTracer tracer, ProjectSpan root, int attempt) {
		this.plan = plan;
		this.slot = slot;
		this.span = tracer.task(root).startSpan();
		this.row = new RunningRow(slot, plan.parameters(), attempt, this.span);
	}

	@Override
	public O call() throws Exception {
		try (Scope scope = this.span.makeCurrent()) {
			this.span.input(this.slot.evalCase().input());
			RowTracer.expected(this.span, this.slot.evalCase().expected());
			O output = this.plan.task().run(this.slot.evalCase().input(), this.row);
			this.span.output(output);
			return output;
		}
	}

	void end(@Nullable Throwable error) {
		if (error != null) {
			this.span.recordException(error);
		}
		this.span.end();
	}

	RunningRow row() {
		return this.row;
	}

	String spanId() {
		return this.span.getSpanContext().getSpanId();
	}

}
