package dev.braintrust.spring.console;

import java.util.List;

import dev.braintrust.spring.content.json.ContentSize;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the JSON of one trace: a line for each span, or the full rows.
 */
final class TraceJson {

	// The limit for the rows in one response, for the browser and for the heap.
	private static final long MAX_BYTES_OF_ROWS = 16L << 20;

	private TraceJson() {
	}

	static double millis(long nanos) {
		return nanos / 1e6;
	}

	// The spans of a trace that have changed since a version: a line for each, or the
	// full rows up to the limit.
	static void write(JsonGenerator json, TraceView trace, boolean rows, long version) {
		json.writeStringProperty("project", trace.project().key());
		json.writeStringProperty("id", trace.id());
		json.writeNumberProperty("version", trace.version());
		json.writeNumberProperty("total", trace.spans().size());
		json.writeArrayPropertyStart("spans");
		long left = MAX_BYTES_OF_ROWS;
		for (StoredSpan span : trace.spans()) {
			if (!span.isNewerThan(version)) {
				continue;
			}
			SpanData row = rows ? span.row() : null;
			long size = (row != null) ? ContentSize.of(row) : 0;
			if (size > left && left < MAX_BYTES_OF_ROWS) {
				break;
			}
			left -= size;
			json.writeStartObject();
			if (row != null) {
				span(json, span, row);
			}
			else {
				writeLine(json, span);
			}
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	private static void writeLine(JsonGenerator json, StoredSpan stored) {
		SpanData span = stored.data();
		SpanFacts facts = stored.facts();
		json.writeStringProperty("id", span.getSpanId());
		json.writeStringProperty("parent", span.getParentSpanContext().isValid() ? span.getParentSpanId() : "");
		json.writeStringProperty("name", span.getName());
		json.writeStringProperty("type", facts.type());
		json.writeNumberProperty("start", millis(span.getStartEpochNanos()));
		json.writeNumberProperty("end", stored.isOpen() ? 0 : millis(span.getEndEpochNanos()));
		json.writeStringProperty("state", stored.state().name());
		json.writeStringProperty("input", facts.input());
		json.writeStringProperty("output", facts.output());
		if (facts.error() != null) {
			json.writeStringProperty("error", facts.error());
		}
		if (!facts.model().isEmpty()) {
			json.writeStringProperty("model", facts.model());
		}
		if (facts.promptTokens() + facts.completionTokens() > 0) {
			json.writeNumberProperty("promptTokens", facts.promptTokens());
			json.writeNumberProperty("completionTokens", facts.completionTokens());
		}
	}

	// The line of a span, its media and its full row.
	static void span(JsonGenerator json, StoredSpan span, SpanData row) {
		RowMedia media = RowMedia.of(row, span.uploaded());
		writeLine(json, span);
		json.writeBooleanProperty("exact", span.isExact());
		json.writeArrayPropertyStart("media");
		for (RowMedia.Item item : media.items()) {
			json.writeStartObject();
			json.writeStringProperty("key", item.key());
			json.writeStringProperty("type", item.type());
			json.writeStringProperty("name", item.name());
			json.writeNumberProperty("size", item.size());
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeName("row");
		row(json, row, media);
	}

	// A row in OpenTelemetry's form, with the attributes exactly as they are exported.
	private static void row(JsonGenerator json, SpanData row, RowMedia media) {
		json.writeStartObject();
		json.writeStringProperty("traceId", row.getTraceId());
		json.writeStringProperty("spanId", row.getSpanId());
		if (row.getParentSpanContext().isValid()) {
			json.writeStringProperty("parentSpanId", row.getParentSpanId());
		}
		json.writeStringProperty("name", row.getName());
		json.writeStringProperty("kind", row.getKind().name());
		json.writeStringProperty("startTimeUnixNano", Long.toString(row.getStartEpochNanos()));
		json.writeStringProperty("endTimeUnixNano", Long.toString(row.getEndEpochNanos()));
		json.writeObjectPropertyStart("status");
		json.writeStringProperty("code", row.getStatus().getStatusCode().name());
		json.writeStringProperty("message", row.getStatus().getDescription());
		json.writeEndObject();
		json.writeName("attributes");
		attributes(json, row.getAttributes(), media);
		json.writeArrayPropertyStart("events");
		for (EventData event : row.getEvents()) {
			json.writeStartObject();
			json.writeStringProperty("name", event.getName());
			json.writeStringProperty("timeUnixNano", Long.toString(event.getEpochNanos()));
			json.writeName("attributes");
			attributes(json, event.getAttributes(), null);
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeArrayPropertyStart("links");
		row.getLinks().forEach((link) -> link(json, link));
		json.writeEndArray();
		json.writeEndObject();
	}

	private static void link(JsonGenerator json, LinkData link) {
		SpanContext context = link.getSpanContext();
		json.writeStartObject();
		json.writeStringProperty("traceId", context.getTraceId());
		json.writeStringProperty("spanId", context.getSpanId());
		json.writeName("attributes");
		attributes(json, link.getAttributes(), null);
		json.writeEndObject();
	}

	private static void attributes(JsonGenerator json, Attributes attributes, @Nullable RowMedia media) {
		json.writeStartObject();
		attributes.forEach((key, value) -> {
			json.writeName(key.getKey());
			value(json, (media != null && value instanceof String text) ? media.withMarks(key.getKey(), text) : value);
		});
		json.writeEndObject();
	}

	private static void value(JsonGenerator json, Object value) {
		if (value instanceof List<?> values) {
			json.writeStartArray();
			values.forEach((each) -> value(json, each));
			json.writeEndArray();
		}
		else if (value instanceof Boolean flag) {
			json.writeBoolean(flag);
		}
		else if (value instanceof Long number) {
			json.writeNumber(number);
		}
		else if (value instanceof Double number) {
			json.writeNumber(number);
		}
		else {
			json.writeString(value.toString());
		}
	}

}
