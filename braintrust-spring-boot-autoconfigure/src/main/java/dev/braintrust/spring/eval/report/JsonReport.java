package dev.braintrust.spring.eval.report;

import java.io.Writer;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.compare.Comparison.ScoreChange;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the result of an experiment as JSON, with the same content as the HTML page.
 */
final class JsonReport {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final ObjectWriter WRITER = MAPPER.writerWithDefaultPrettyPrinter();

	private final Reported reported;

	private final JsonGenerator json;

	private JsonReport(Reported reported, JsonGenerator json) {
		this.reported = reported;
		this.json = json;
	}

	static void write(Reported reported, Writer writer) {
		try (JsonGenerator json = WRITER.createGenerator(writer)) {
			new JsonReport(reported, json).write();
		}
	}

	private void write() {
		ExperimentResult<?, ?, ?> result = this.reported.result();
		this.json.writeStartObject();
		this.json.writeStringProperty("name", result.name());
		this.json.writeStringProperty("project", result.project());
		this.json.writeStringProperty("id", result.id());
		this.json.writeStringProperty("url", (result.url() != null) ? result.url().toString() : null);
		this.json.writeBooleanProperty("sent", result.sent());
		this.json.writeNumberProperty("missing", result.missing());
		this.json.writeNumberProperty("durationMs", result.duration().toMillis());
		this.json.writeNumberProperty("calls", result.usage().calls());
		this.json.writeNumberProperty("promptTokens", result.usage().promptTokens());
		this.json.writeNumberProperty("completionTokens", result.usage().completionTokens());
		this.json.writeNumberProperty("strays", result.strays());
		Comparison comparison = result.comparison();
		this.json.writeStringProperty("baseline", (comparison != null) ? comparison.baseline() : null);
		this.json.writeObjectPropertyStart("scores");
		result.scores()
			.values()
			.forEach((score) -> score(score, (comparison != null) ? comparison.score(score.name()) : null));
		this.json.writeEndObject();
		this.json.writeArrayPropertyStart("rows");
		result.rows().forEach((row) -> row(row, this.reported.spans().apply(row)));
		this.json.writeEndArray();
		this.json.writeEndObject();
	}

	private void score(ScoreSummary score, @Nullable ScoreChange change) {
		this.json.writeObjectPropertyStart(score.name());
		number("mean", score.mean());
		number("standardError", score.standardError());
		this.json.writeNumberProperty("count", score.count());
		this.json.writeNumberProperty("failed", score.failed());
		this.json.writeNumberProperty("skipped", score.skipped());
		if (change != null) {
			number("before", change.before());
			number("difference", change.difference());
			this.json.writeNumberProperty("better", change.better());
			this.json.writeNumberProperty("worse", change.worse());
			this.json.writeNumberProperty("matched", change.matched());
			this.json.writeNumberProperty("unmatched", change.unmatched());
		}
		this.json.writeEndObject();
	}

	private void row(RowResult<?, ?, ?> row, List<ReportedSpan> spans) {
		this.json.writeStartObject();
		this.json.writeNumberProperty("index", row.index());
		this.json.writeNumberProperty("trial", row.trial());
		this.json.writeNumberProperty("attempts", row.attempts());
		this.json.writeNumberProperty("durationMs", row.duration().toMillis());
		this.json.writeStringProperty("traceId", row.traceId());
		this.json.writeStringProperty("error", (row.error() != null) ? row.error().getClass().getName() : null);
		this.json.writeObjectPropertyStart("scores");
		row.scores().forEach((name, score) -> number(name, score.value()));
		this.json.writeEndObject();
		this.json.writeObjectPropertyStart("scorerErrors");
		row.scorerErrors().forEach((name, error) -> this.json.writeStringProperty(name, error.getClass().getName()));
		this.json.writeEndObject();
		// The first span has the content of the row.
		this.json.writeArrayPropertyStart("spans");
		spans.forEach(this::span);
		this.json.writeEndArray();
		this.json.writeEndObject();
	}

	private void span(ReportedSpan span) {
		this.json.writeStartObject();
		this.json.writeStringProperty("id", span.id());
		this.json.writeStringProperty("parentId", span.parentId());
		this.json.writeStringProperty("name", span.name());
		this.json.writeStringProperty("type", span.type());
		this.json.writeNumberProperty("durationMs", span.millis());
		this.json.writeStringProperty("error", span.error());
		this.json.writeArrayPropertyStart("tags");
		span.tags().forEach(this.json::writeString);
		this.json.writeEndArray();
		for (Map.Entry<String, String> field : span.fields().entrySet()) {
			this.json.writeName(field.getKey());
			json(field.getValue());
		}
		this.json.writeEndObject();
	}

	// An application may have set an attribute to a value that is not JSON.
	private void json(String value) {
		try {
			this.json.writeTree(MAPPER.readTree(value));
		}
		catch (JacksonException ex) {
			this.json.writeString(value);
		}
	}

	private void number(String name, @Nullable Double value) {
		this.json.writeName(name);
		if (value != null && Double.isFinite(value)) {
			this.json.writeNumber(value);
		}
		else {
			this.json.writeNull();
		}
	}

}
