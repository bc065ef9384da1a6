package dev.braintrust.spring.console;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A span in the form that OpenTelemetry gives it, attribute by attribute, as it leaves.
 */
final class RowJson {

	private RowJson() {
	}

	static void write(JsonGenerator json, SpanData row, RowMedia media) {
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
		write(json, row.getAttributes(), media);
		json.writeArrayPropertyStart("events");
		for (EventData event : row.getEvents()) {
			json.writeStartObject();
			json.writeStringProperty("name", event.getName());
			json.writeStringProperty("timeUnixNano", Long.toString(event.getEpochNanos()));
			json.writeName("attributes");
			write(json, event.getAttributes(), null);
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeArrayPropertyStart("links");
		row.getLinks().forEach((link) -> write(json, link));
		json.writeEndArray();
		json.writeEndObject();
	}

	private static void write(JsonGenerator json, LinkData link) {
		SpanContext context = link.getSpanContext();
		json.writeStartObject();
		json.writeStringProperty("traceId", context.getTraceId());
		json.writeStringProperty("spanId", context.getSpanId());
		json.writeName("attributes");
		write(json, link.getAttributes(), null);
		json.writeEndObject();
	}

	private static void write(JsonGenerator json, Attributes attributes, @Nullable RowMedia media) {
		json.writeStartObject();
		attributes.forEach((key, value) -> {
			json.writeName(key.getKey());
			write(json, (media != null && value instanceof String text) ? media.withMarks(key.getKey(), text) : value);
		});
		json.writeEndObject();
	}

	private static void write(JsonGenerator json, Object value) {
		if (value instanceof List<?> values) {
			json.writeStartArray();
			values.forEach((each) -> write(json, each));
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
