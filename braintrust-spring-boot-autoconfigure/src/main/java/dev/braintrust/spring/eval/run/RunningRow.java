package dev.braintrust.spring.eval.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.EvalRow;
import dev.braintrust.spring.eval.score.EvalParameters;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A row as its task sees it.
 */
final class RunningRow implements EvalRow {

	private final RowRun.Slot<?, ?> slot;

	private final EvalParameters parameters;

	private final Map<String, @Nullable Object> metadata;

	private final List<String> tags;

	private final int attempt;

	private final ProjectSpan span;

	RunningRow(RowRun.Slot<?, ?> slot, EvalParameters parameters, int attempt, ProjectSpan span) {
		this.slot = slot;
		this.parameters = parameters;
		this.metadata = new LinkedHashMap<>(slot.evalCase().metadata());
		this.tags = new ArrayList<>(slot.evalCase().tags());
		this.attempt = attempt;
		this.span = span;
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
		return this.parameters;
	}

	@Override
	public ProjectSpan span() {
		return this.span;
	}

}
