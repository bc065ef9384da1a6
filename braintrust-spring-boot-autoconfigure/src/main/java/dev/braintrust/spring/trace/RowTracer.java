package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.route.Route;
import dev.braintrust.spring.trace.route.RoutedRow;
import dev.braintrust.spring.trace.route.Routes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Creates the spans of one experiment, for its rows, tasks, scorers and classifiers.
 * Spans that the application creates inside a row take the same route.
 */
public final class RowTracer implements AutoCloseable {

	private static final String ROW = "eval";

	private static final String TASK = "task";

	private static final AttributeKey<String> INPUT = AttributeKey.stringKey("braintrust.input_json");

	// All rows share these templates.
	private final Map<SpanType, Map<String, SpanTemplate>> templates = new EnumMap<>(SpanType.class);

	private final Project project;

	private final DefaultProjectTracer tracer;

	private final Routes routes;

	private final SpanSink sink;

	private final Route route;

	RowTracer(Project project, Routes routes, String parent, @Nullable String generation, Route.Others others,
			SpanSink sink) {
		this.project = project;
		this.tracer = new DefaultProjectTracer(project, null);
		this.routes = routes;
		this.sink = sink;
		this.route = new Route(project, parent, generation, others, sink);
		for (SpanType type : List.of(SpanType.EVAL, SpanType.TASK, SpanType.SCORE, SpanType.CLASSIFIER)) {
			this.templates.put(type, new ConcurrentHashMap<>());
		}
		routes.open(this.route);
	}

	// Whether the current span of a project is inside a row.
	public static boolean isInside(Project project) {
		return ProjectContext.get(Context.current(), project) instanceof DefaultProjectSpan span && span.row() != null;
	}

	// Write any value as JSON, as in the spans of a project.
	public static String json(Project project, Object value) {
		return project.content().json(value);
	}

	public Route route() {
		return this.route;
	}

	// Start the root span of a row, ignoring the current span.
	public ProjectSpan start(RoutedRow row) {
		ProjectSpanBuilder builder = span(ROW, SpanType.EVAL, false, row);
		ProjectSpan span = this.project.ids().with(RowIds.next(), builder::startSpan);
		if (span.isRecording()) {
			this.routes.started(span.getSpanContext().getTraceId(), row);
		}
		return span;
	}

	// End the root span of a row. Return all spans of the row.
	public List<RoutedRow.Ended> end(RoutedRow row, ProjectSpan span) {
		span.end();
		return row.release();
	}

	// Build spans below the root of a row.
	public ProjectSpanBuilder task(ProjectSpan row) {
		return span(TASK, SpanType.TASK, false, null).setParent(Context.root().with(row));
	}

	public ProjectSpanBuilder score(ProjectSpan row, String scorer) {
		return span(scorer, SpanType.SCORE, true, null).setParent(Context.root().with(row));
	}

	public ProjectSpanBuilder classifier(ProjectSpan row, String classifier) {
		return span(classifier, SpanType.CLASSIFIER, true, null).setParent(Context.root().with(row));
	}

	private ProjectSpanBuilder span(String name, SpanType type, boolean scorer, @Nullable RoutedRow row) {
		Map<String, SpanTemplate> templates = Objects.requireNonNull(this.templates.get(type));
		return this.tracer.rowSpan(name, (untyped) -> {
			SpanTemplate known = templates.get(name);
			return (known != null) ? known : templates.computeIfAbsent(name,
					(added) -> untyped.withType(type, attributes(type, name, scorer)));
		}, row);
	}

	private String attributes(SpanType type, String name, boolean scorer) {
		Map<String, String> attributes = new LinkedHashMap<>();
		attributes.put("type", type.text());
		attributes.put("name", name);
		if (scorer) {
			attributes.put("purpose", "scorer");
		}
		return this.project.content().json(attributes);
	}

	// Set the expected output of a row or its task.
	public static void expected(ProjectSpan span, @Nullable Object expected) {
		// The expected value is part of the case, as the input is.
		if (span instanceof DefaultProjectSpan ours && ours.isRecording()
				&& ours.project().settings().capture().input()) {
			ours.project()
				.observe(() -> ours.fields().expected(ours.project().content().capture(expected, ours.fields())));
		}
	}

	// Return the input of an open span as it would be sent, or null if it would not
	// be sent.
	public static @Nullable String writtenInput(ProjectSpan span) {
		if (!(span instanceof DefaultProjectSpan ours) || !ours.isRecording()) {
			return null;
		}
		EndedSpan now = ours.now();
		return now.content().preview(now).getAttributes().get(INPUT);
	}

	// Set an attribute that Braintrust reads as JSON.
	public void json(ProjectSpan span, String attribute, Object value) {
		if (span.isRecording()) {
			this.project.observe(() -> span.setAttribute(attribute, this.project.content().json(value)));
		}
	}

	// Set the explanation of a score. It may quote the row, so filters see it.
	public void explanation(ProjectSpan span, String key, @Nullable Object value) {
		if (span.isRecording()) {
			this.project.observe(() -> span.metadata(key,
					(value != null) ? ContentJson.value(this.project.content().json(value)) : null));
		}
	}

	// Write a value as JSON, in the form that spans record.
	public String json(@Nullable Object value) {
		return (value != null) ? this.project.see(() -> this.project.content().json(value), "null") : "null";
	}

	// Whether an error, which may quote content, may be reported unfiltered.
	public boolean tellsContent() {
		return capture().content() && !this.project.content().isFiltered();
	}

	// Whether inputs are recorded unchanged: they are captured, and there are no filters.
	public boolean tellsInputs() {
		return capture().input() && !this.project.content().isFiltered();
	}

	// The kinds of content that are captured.
	public ProjectSettings.Capture capture() {
		return this.project.settings().capture();
	}

	// The key of the project.
	public String project() {
		return this.project.settings().key();
	}

	// Whether spans are recorded at all.
	public boolean isRecorded() {
		return this.project.isRecorded();
	}

	// Whether another row may start without too many unsent spans.
	public boolean hasRoom() {
		return this.sink.hasRoom();
	}

	public boolean flush(Duration timeout) {
		return this.project.flush(this.sink, timeout);
	}

	// The state of the export.
	public ExportStatus status() {
		return this.sink.status();
	}

	// Stop sending. Unsent spans are lost.
	public void stopSending() {
		this.sink.close();
	}

	@Override
	public void close() {
		this.routes.close(this.route);
		this.sink.close();
	}

}
