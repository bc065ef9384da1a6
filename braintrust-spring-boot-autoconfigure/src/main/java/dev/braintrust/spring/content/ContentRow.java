package dev.braintrust.spring.content;

import java.util.List;

import dev.braintrust.spring.content.json.JsonPayload;
import io.opentelemetry.api.common.AttributesBuilder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * The fields of a span as one JSON array, so that one generator writes them all; each is
 * cut out of it afterwards.
 */
final class ContentRow extends JsonPayload {

	private final List<ContentField> fields;

	private final JsonTexts texts;

	private final JsonBuffer buffer;

	private int current;

	ContentRow(List<ContentField> fields, JsonTexts texts, JsonBuffer buffer) {
		this.fields = fields;
		this.texts = texts;
		this.buffer = buffer;
	}

	@Override
	public long size() {
		return 0;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		for (this.current = 0; this.current < this.fields.size(); this.current++) {
			this.fields.get(this.current).write(json, context, this.texts, this.buffer, (this.current > 0) ? 1 : 0);
		}
		json.writeEndArray();
		json.flush();
	}

	// The field that was to be written last: where the writing failed, the one that it
	// failed on.
	ContentField current() {
		return this.fields.get(Math.min(this.current, this.fields.size() - 1));
	}

	// Cut the texts of fields that are too large.
	boolean shrink(long maxSize) {
		boolean shrunk = false;
		for (ContentField field : this.fields) {
			shrunk |= field.shrink(this.buffer, maxSize);
		}
		return shrunk;
	}

	// Add the fields that were written to the attributes of the span.
	void addTo(AttributesBuilder attributes) {
		for (ContentField field : this.fields) {
			String json = this.buffer.substring(field.start(), field.end());
			this.texts.keep(json, field.start(), field.end());
			attributes.put(field.attribute(), json);
		}
	}

}
