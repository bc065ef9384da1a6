package dev.braintrust.spring.console;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.trace.EndedSpan;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the JSON for the page: the changes since the last poll, and single traces and
 * experiments.
 */
final class ConsoleJson {

	// The page reloads everything if this id has changed, after a restart.
	private final String instance = UUID.randomUUID().toString();

	private final JsonFactory factory = new JsonFactory();

	private final WatchedProjects projects;

	ConsoleJson(WatchedProjects projects) {
		this.projects = projects;
	}

	byte[] write(Consumer<JsonGenerator> content) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (JsonGenerator json = this.factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
			json.writeStartObject();
			content.accept(json);
			json.writeEndObject();
		}
		return bytes.toByteArray();
	}

	// The changes since a version, and all traces with open spans.
	byte[] state(long version) {
		TraceStore.Changes changes = this.projects.store().since(version);
		List<TraceView> traces = new ArrayList<>();
		Map<String, Map<String, List<EndedSpan>>> open = open();
		for (TraceView trace : changes.traces()) {
			List<EndedSpan> ofTrace = open.getOrDefault(trace.project().key(), Map.of()).remove(trace.id());
			traces.add(trace.with((ofTrace != null) ? ofTrace : List.of()));
		}
		for (WatchedProject project : this.projects.all()) {
			open.getOrDefault(project.key(), Map.of())
				.forEach((id, ofTrace) -> traces.add(view(project, id, changes.version(), ofTrace)));
		}
		return write((json) -> {
			json.writeStringProperty("instance", this.instance);
			json.writeNumberProperty("version", changes.version());
			json.writeNumberProperty("oldest", changes.oldest());
			json.writeNumberProperty("evicted", changes.evicted());
			json.writeNumberProperty("missed", changes.missed());
			json.writeNumberProperty("bytes", changes.bytes());
			json.writeNumberProperty("maxBytes", changes.maxBytes());
			json.writeArrayPropertyStart("projects");
			this.projects.all().forEach((project) -> writeProject(json, project));
			json.writeEndArray();
			json.writeArrayPropertyStart("traces");
			traces.forEach((trace) -> writeSummary(json, trace));
			json.writeEndArray();
			Experiments experiments = this.projects.experiments();
			if (experiments != null && experiments.version() > version) {
				ExperimentJson.list(json, experiments.latestFirst(), version);
			}
		});
	}

	private Map<String, Map<String, List<EndedSpan>>> open() {
		Map<String, Map<String, List<EndedSpan>>> open = new HashMap<>();
		for (WatchedProject project : this.projects.all()) {
			Map<String, List<EndedSpan>> ofProject = new HashMap<>();
			project.content()
				.open()
				.forEach((span) -> ofProject.computeIfAbsent(span.span().getTraceId(), (id) -> new ArrayList<>())
					.add(span));
			open.put(project.key(), ofProject);
		}
		return open;
	}

	// An experiment from a row on, compared with the baseline of this id. A negative id
	// selects the previous experiment of the same name, 0 selects no baseline.
	byte @Nullable [] experiment(int id, int from, int baseline) {
		Experiments experiments = this.projects.experiments();
		ShownExperiment experiment = (experiments != null) ? experiments.get(id) : null;
		if (experiments == null || experiment == null) {
			return null;
		}
		List<ShownExperiment> baselines = experiments.baselines(experiment);
		ShownExperiment chosen = baselines.stream()
			.filter((each) -> (baseline < 0) ? each.id() < id && each.name().equals(experiment.name())
					: each.id() == baseline)
			.findFirst()
			.orElse(null);
		return write((json) -> ExperimentJson.write(json, experiment, from, baselines, chosen, this.projects.store()));
	}

	@Nullable TraceView trace(String key, String id) {
		WatchedProject project = this.projects.get(key);
		if (project == null) {
			return null;
		}
		List<EndedSpan> open = project.content()
			.open()
			.stream()
			.filter((span) -> span.span().getTraceId().equals(id))
			.toList();
		// Open spans are read before stored ones, so that a span that ends in between is
		// found twice instead of not at all.
		TraceView trace = view(project, id, 0, open);
		return trace.spans().isEmpty() ? null : trace;
	}

	// A trace with open spans may change at any time, so it gets the current version.
	private TraceView view(WatchedProject project, String id, long version, List<EndedSpan> open) {
		TraceView stored = this.projects.store().get(project.key(), id);
		return ((stored != null) ? new TraceView(project, id, Math.max(version, stored.version()), stored.spans())
				: new TraceView(project, id, version, List.of()))
			.with(open);
	}

	private static void writeProject(JsonGenerator json, WatchedProject project) {
		ExportStatus status = project.status();
		json.writeStartObject();
		json.writeStringProperty("key", project.key());
		json.writeStringProperty("route", project.settings().parent().toString());
		json.writeBooleanProperty("exported", project.isExported());
		if (project.isExported()) {
			json.writeStringProperty("destination", project.settings().destination());
			json.writeStringProperty("state", status.state().name());
			json.writeNumberProperty("sent", status.sent());
			json.writeNumberProperty("queued", status.queued());
			json.writeNumberProperty("lost", status.totalLost());
			if (status.lastError() != null) {
				json.writeStringProperty("error", status.lastError());
			}
		}
		json.writeEndObject();
	}

	private static void writeSummary(JsonGenerator json, TraceView trace) {
		List<StoredSpan> tops = trace.tops();
		List<StoredSpan> shown = tops.isEmpty() ? trace.spans() : tops;
		StoredSpan first = shown.get(0);
		StoredSpan last = shown.get(shown.size() - 1);
		long end = 0;
		long tokens = 0;
		int open = 0;
		int errors = 0;
		for (StoredSpan span : trace.spans()) {
			SpanFacts facts = span.facts();
			tokens += facts.promptTokens() + facts.completionTokens();
			errors += (facts.error() != null) ? 1 : 0;
			open += span.isOpen() ? 1 : 0;
			end = Math.max(end, span.data().getEndEpochNanos());
		}
		json.writeStartObject();
		json.writeStringProperty("project", trace.project().key());
		json.writeStringProperty("id", trace.id());
		json.writeNumberProperty("version", trace.version());
		json.writeStringProperty("name", first.data().getName());
		json.writeNumberProperty("start", TraceJson.millis(first.data().getStartEpochNanos()));
		json.writeNumberProperty("end", TraceJson.millis(end));
		json.writeStringProperty("input", first.facts().input());
		json.writeStringProperty("output", last.facts().output());
		if (last.facts().error() != null) {
			json.writeStringProperty("error", last.facts().error());
		}
		if (first.isInExperiment()) {
			json.writeBooleanProperty("row", true);
		}
		json.writeNumberProperty("spans", trace.spans().size());
		json.writeNumberProperty("open", open);
		json.writeNumberProperty("errors", errors);
		json.writeNumberProperty("tokens", tokens);
		json.writeEndObject();
	}

}
