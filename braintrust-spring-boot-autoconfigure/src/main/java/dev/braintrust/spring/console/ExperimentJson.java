package dev.braintrust.spring.console;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.console.ShownExperiment.Outcome;
import dev.braintrust.spring.console.ShownExperiment.Row;
import dev.braintrust.spring.console.ShownExperiment.View;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the JSON of experiments: the list with a summary of each, and a single one with
 * its rows.
 */
final class ExperimentJson {

	private ExperimentJson() {
	}

	// The experiments that have changed since a version, and the id of the oldest one
	// that is kept.
	static void list(JsonGenerator json, List<ShownExperiment> latestFirst, long version) {
		json.writeNumberProperty("oldestExperiment", latestFirst.get(latestFirst.size() - 1).id());
		json.writeArrayPropertyStart("experiments");
		for (ShownExperiment experiment : latestFirst) {
			if (experiment.version > version) {
				json.writeStartObject();
				summary(json, experiment, experiment.view(Integer.MAX_VALUE));
				json.writeEndObject();
			}
		}
		json.writeEndArray();
	}

	private static void summary(JsonGenerator json, ShownExperiment experiment, View view) {
		Outcome outcome = view.outcome();
		json.writeNumberProperty("id", experiment.id());
		json.writeStringProperty("project", experiment.project());
		json.writeStringProperty("name", experiment.name());
		json.writeNumberProperty("version", view.version());
		json.writeNumberProperty("start", experiment.start());
		json.writeNumberProperty("end", (outcome != null) ? outcome.end() : 0);
		json.writeStringProperty("state", state(view.outcome(), view.ended() < experiment.total()));
		json.writeNumberProperty("total", experiment.total());
		json.writeNumberProperty("ended", view.ended());
		json.writeNumberProperty("errors", view.errors());
		json.writeNumberProperty("tokens", view.tokens());
		json.writeBooleanProperty("sent", outcome != null && outcome.sent());
		if (outcome != null && outcome.url() != null) {
			json.writeStringProperty("url", outcome.url());
		}
		if (outcome != null && outcome.failure() != null) {
			json.writeStringProperty("failure", outcome.failure());
		}
		Map<String, ScoreSummary> scores = (outcome != null) ? outcome.scores() : Map.of();
		json.writeObjectPropertyStart("scores");
		view.means().forEach((name, mean) -> {
			json.writeObjectPropertyStart(name);
			number(json, "mean", mean);
			ScoreSummary summary = scores.get(name);
			if (summary != null) {
				number(json, "standardError", summary.standardError());
				json.writeNumberProperty("count", summary.count());
				json.writeNumberProperty("failed", summary.failed());
				json.writeNumberProperty("skipped", summary.skipped());
			}
			json.writeEndObject();
		});
		json.writeEndObject();
	}

	private static String state(@Nullable Outcome outcome, boolean isPartial) {
		if (outcome == null) {
			return "RUNNING";
		}
		return (outcome.failure() != null) ? "FAILED" : isPartial ? "CANCELLED" : "ENDED";
	}

	// JSON has no NaN.
	private static void number(JsonGenerator json, String name, @Nullable Double value) {
		if (value == null || value.isNaN()) {
			json.writeNullProperty(name);
		}
		else {
			json.writeNumberProperty(name, value);
		}
	}

	// Write an experiment from a row on, and its comparison with a baseline. A row's
	// input and output come from its trace, if the store still has it.
	static void write(JsonGenerator json, ShownExperiment experiment, int from, List<ShownExperiment> baselines,
			@Nullable ShownExperiment baseline, TraceStore store) {
		View view = experiment.view(from);
		summary(json, experiment, view);
		json.writeArrayPropertyStart("baselines");
		for (ShownExperiment each : baselines) {
			json.writeStartObject();
			json.writeNumberProperty("id", each.id());
			json.writeStringProperty("name", each.name());
			json.writeNumberProperty("start", each.start());
			json.writeEndObject();
		}
		json.writeEndArray();
		ScoredInputs before = (baseline != null) ? baseline.scored() : null;
		if (baseline != null && before != null) {
			json.writeNumberProperty("baseline", baseline.id());
			Set<String> names = new LinkedHashSet<>(view.means().keySet());
			names.addAll(baseline.view(Integer.MAX_VALUE).means().keySet());
			compare(json, experiment.scored().compare(baseline.name(), before, names));
		}
		json.writeNumberProperty("from", from);
		json.writeArrayPropertyStart("rows");
		for (Row row : view.rows()) {
			json.writeStartObject();
			row(json, row, (before != null) ? before.canonical(row.input()) : Map.of());
			if (row.trace() != null) {
				said(json, row.trace(), store.get(experiment.project(), row.trace()));
			}
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	private static void compare(JsonGenerator json, Comparison comparison) {
		json.writeObjectPropertyStart("comparison");
		comparison.scores().forEach((name, change) -> {
			json.writeObjectPropertyStart(name);
			number(json, "before", change.before());
			json.writeNumberProperty("difference", change.difference());
			json.writeNumberProperty("better", change.better());
			json.writeNumberProperty("worse", change.worse());
			json.writeNumberProperty("matched", change.matched());
			json.writeNumberProperty("unmatched", change.unmatched());
			json.writeEndObject();
		});
		json.writeEndObject();
	}

	private static void row(JsonGenerator json, Row row, Map<String, Double> before) {
		json.writeNumberProperty("index", row.index());
		json.writeNumberProperty("trial", row.trial());
		json.writeNumberProperty("millis", row.millis());
		json.writeNumberProperty("tokens", row.tokens());
		if (row.error() != null) {
			json.writeStringProperty("error", row.error());
		}
		json.writeObjectPropertyStart("scores");
		row.scores().forEach((name, value) -> number(json, name, value));
		json.writeEndObject();
		json.writeObjectPropertyStart("differences");
		row.scores().forEach((name, value) -> {
			Double then = before.get(name);
			if (value != null && then != null) {
				json.writeNumberProperty(name, ScoredInputs.difference(value, then));
			}
		});
		json.writeEndObject();
		json.writeArrayPropertyStart("failed");
		row.failed().forEach(json::writeString);
		json.writeEndArray();
	}

	private static void said(JsonGenerator json, String id, @Nullable TraceView trace) {
		List<StoredSpan> spans = (trace != null) ? trace.spans() : List.of();
		StoredSpan root = spans.stream()
			.filter((span) -> !span.data().getParentSpanContext().isValid())
			.findFirst()
			.orElse(null);
		if (root != null) {
			json.writeStringProperty("trace", id);
			json.writeStringProperty("input", root.facts().input());
			json.writeStringProperty("output", root.facts().output());
		}
	}

}
