package dev.braintrust.spring.eval.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.EvalRow;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.score.EvalParameters;
import dev.braintrust.spring.trace.RowTracer;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One attempt of a row's task, with its span. It is also the row that is passed to the
 * task.
 */
final class RowTask<I, O, E> implements EvalRow, Callable<O> {

	private final Plan<I, O, E> plan;

	private final RowRun.Slot<I, E> slot;

	private final int attempt;

	private final ProjectSpan span;

	private final Map<String, @Nullable Object> metadata;

	private final List<String> tags;

	RowTask(Plan<I, O, E> plan, RowRun.Slot<I, E> slot, RowTracer tracer, ProjectSpan root, int attempt) {
		this.plan = plan;
		this.slot = slot;
		this.attempt = attempt;
		this.span = tracer.task(root).startSpan();
		this.metadata = new LinkedHashMap<>(slot.evalCase().metadata());
		this.tags = new ArrayList<>(slot.evalCase().tags());
	}

	@Override
	public O call() throws Exception {
		try (Scope scope = this.span.makeCurrent()) {
			this.span.input(this.slot.evalCase().input());
			RowTracer.expected(this.span, this.slot.evalCase().expected());
			O output = this.plan.task().run(this.slot.evalCase().input(), this);
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

	String spanId() {
		return this.span.getSpanContext().getSpanId();
	}

	@Override
	public int index() {
		return this.slot.index();
	}

	@Override
	public int trial() {
		return this.slot.trial();
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public synchronized Map<String, @Nullable Object> metadata() {
		return new LinkedHashMap<>(this.metadata);
	}

	@Override
	public synchronized EvalRow metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		this.metadata.put(key, value);
		return this;
	}

	@Override
	public synchronized EvalRow tags(String... tags) {
		this.tags.addAll(List.of(tags));
		return this;
	}

	synchronized List<String> tags() {
		return List.copyOf(this.tags);
	}

	@Override
	public EvalParameters parameters() {
		return this.plan.parameters();
	}

	@Override
	public ProjectSpan span() {
		return this.span;
	}

}
