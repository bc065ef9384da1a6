package dev.braintrust.spring.content;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * The fields of a span as one JSON array, so that one generator writes them all; each is
 * cut out of it afterwards.
 */
final class ContentRow extends JsonPayload {

	private static final List<AttributeKey<String>> ATTRIBUTES = List.of(SpanAttributes.INPUT, SpanAttributes.OUTPUT,
			SpanAttributes.METADATA, SpanAttributes.METRICS, SpanAttributes.SCORES);

	private final JsonBuffer buffer;

	private final @Nullable Object[] fields;

	private final int[] starts = new int[ATTRIBUTES.size()];

	private final int[] ends = new int[ATTRIBUTES.size()];

	private @Nullable Map<Object, String> replacements;

	private @Nullable Object lastValue;

	ContentRow(SpanFields fields, JsonBuffer buffer) {
		this.fields = new Object[] { fields.input(), fields.output(), fields.metadata(), fields.metrics(),
				fields.scores() };
		this.buffer = buffer;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		Arrays.fill(this.starts, -1);
		boolean first = true;
		json.writeStartArray();
		for (int i = 0; i < this.fields.length; i++) {
			Object field = this.fields[i];
			if (field != null) {
				this.starts[i] = this.buffer.position(json) + (first ? 0 : 1);
				writeField(json, context, field);
				this.ends[i] = this.buffer.position(json);
				first = false;
			}
		}
		json.writeEndArray();
	}

	private void writeField(JsonGenerator json, SerializationContext context, Object field) {
		if (field instanceof Entries entries) {
			json.writeStartObject();
			entries.forEach((key, value) -> {
				json.writeName(key);
				writeValue(json, context, value);
			});
			json.writeEndObject();
		}
		else {
			writeValue(json, context, field);
		}
	}

	private void writeValue(JsonGenerator json, SerializationContext context, Object value) {
		this.lastValue = value;
		String replacement = (this.replacements != null) ? this.replacements.get(value) : null;
		if (replacement != null) {
			json.writeRawValue(replacement);
		}
		else if (value instanceof CapturedJson captured) {
			json.writeRawValue(captured.json());
		}
		else if (value instanceof String text) {
			writeText(json, context, text);
		}
		else if (value instanceof JsonPayload payload) {
			payload.serialize(json, context);
		}
		else {
			context.writeValue(json, value);
		}
	}

	/**
	 * The value that was to be written last: where the writing failed, the one that
	 * cannot be written.
	 * @return the value
	 */
	@Nullable Object lastValue() {
		return this.lastValue;
	}

	void replace(@Nullable Object value, String json) {
		if (this.replacements == null) {
			this.replacements = new IdentityHashMap<>();
		}
		this.replacements.put(value, json);
	}

	/**
	 * Add the fields that were written to the attributes of the span.
	 * @param attributes the attributes
	 * @param texts what remembers the JSON of texts
	 */
	void addTo(AttributesBuilder attributes, JsonTexts texts) {
		for (int i = 0; i < this.fields.length; i++) {
			if (this.starts[i] >= 0) {
				String field = this.buffer.substring(this.starts[i], this.ends[i]);
				texts.keep(field, this.starts[i], this.ends[i]);
				attributes.put(ATTRIBUTES.get(i), field);
			}
		}
	}

}
