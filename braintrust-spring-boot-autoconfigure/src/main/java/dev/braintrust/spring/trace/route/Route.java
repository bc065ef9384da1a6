package dev.braintrust.spring.trace.route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.export.SpanSink;
import org.jspecify.annotations.Nullable;

/**
 * The parent, the templates and the sink for the spans of one experiment. Thread-safe.
 */
public final class Route {

	private static final int MAX_NAMES = 10;

	private final Object owner;

	private final String parent;

	private final @Nullable String generation;

	private final Others others;

	private final SpanSink sink;

	private final Map<SpanTemplate, SpanTemplate> templates = new ConcurrentHashMap<>();

	private final Set<String> strayNames = new LinkedHashSet<>();

	private int strays;

	// The owner is the project of the experiment. Spans carry the parent and, if present,
	// the generation.
	public Route(Object owner, String parent, @Nullable String generation, Others others, SpanSink sink) {
		this.owner = owner;
		this.parent = parent;
		this.generation = generation;
		this.others = others;
		this.sink = sink;
	}

	public Object owner() {
		return this.owner;
	}

	public String parent() {
		return this.parent;
	}

	// Return the template for spans that take this route.
	public SpanTemplate template(SpanTemplate template) {
		return this.templates.computeIfAbsent(template, (added) -> added.withParent(this.parent, this.generation));
	}

	public Others others() {
		return this.others;
	}

	public SpanSink sink() {
		return this.sink;
	}

	// Whether spans of a project that start inside a row belong to the row.
	public boolean takes(Object project) {
		return this.owner == project || this.others == Others.IN_EXPERIMENT;
	}

	// A trace of the project has begun outside all rows.
	synchronized void strayed(String name) {
		this.strays++;
		if (this.strayNames.size() < MAX_NAMES) {
			this.strayNames.add(name);
		}
	}

	public synchronized int strays() {
		return this.strays;
	}

	// The names of the first stray root spans.
	public synchronized List<String> strayNames() {
		return new ArrayList<>(this.strayNames);
	}

	/**
	 * How to handle spans that other projects create inside a row.
	 */
	public enum Others {

		SEPARATE, DISCARDED, IN_EXPERIMENT

	}

}
