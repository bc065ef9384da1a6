package dev.braintrust.spring.console;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.console.ShownExperiment.Outcome;
import dev.braintrust.spring.console.ShownExperiment.Row;
import dev.braintrust.spring.console.ShownExperiment.View;
import dev.braintrust.spring.eval.ScoreSummary;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of experiments: a line for each, and one with its rows.
 */
final class ExperimentJson {

	private ExperimentJson() {
	}

	static void list(JsonGenerator json, List<ShownExperiment> experiments) {
		json.writeArrayPropertyStart("experiments");
		for (ShownExperiment experiment : experiments) {
			json.writeStartObject();
			summary(json, experiment.view());
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	private static void summary(JsonGenerator json, View view) {
		Outcome outcome = view.outcome();
		json.writeNumberProperty("id", view.id());
		json.writeStringProperty("project", view.project());
		json.writeStringProperty("name", view.name());
		json.writeNumberProperty("version", view.version());
		json.writeNumberProperty("start", view.start());
		json.writeNumberProperty("end", (outcome != null) ? outcome.end() : 0);
		json.writeStringProperty("state", state(view));
		json.writeNumberProperty("total", view.total());
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

	private static String state(View view) {
		Outcome outcome = view.outcome();
		if (outcome == null) {
			return "RUNNING";
		}
		return (outcome.failure() != null) ? "FAILED" : (view.ended() < view.total()) ? "CANCELLED" : "ENDED";
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

	// An experiment with its rows. What was said in them comes from their traces, as long
	// as these are kept.
	static void write(JsonGenerator json, ShownExperiment experiment, TraceStore store) {
		View view = experiment.view();
		summary(json, view);
		json.writeArrayPropertyStart("rows");
		for (Row row : view.rows()) {
			json.writeStartObject();
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
			json.writeArrayPropertyStart("failed");
			row.failed().forEach(json::writeString);
			json.writeEndArray();
			if (row.trace() != null) {
				said(json, row.trace(), store.get(view.project(), row.trace()));
			}
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	private static void said(JsonGenerator json, String id, StoredTrace.@Nullable Snapshot trace) {
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
