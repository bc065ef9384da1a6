package dev.braintrust.spring.content.json;

import java.util.List;

import dev.braintrust.spring.Attachment;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A value of a span that writes itself as JSON, without an intermediate tree. A thread of
 * the export writes it after the span has ended, so it must be immutable: it refers to
 * values that never change and copies the others. Implementations write content with
 * {@code ContentJson}.
 */
public abstract class JsonPayload implements JacksonSerializable, ContentSize.Sized {

	// Estimate the heap that this payload keeps from being collected. Called on the
	// application's thread, so it must be cheap.
	@Override
	public abstract long size();

	// Whether it is an array of messages in the format of OpenTelemetry's conventions for
	// generative AI.
	public boolean isMessages() {
		return false;
	}

	// Return the attachments that it refers to. Called on the caller's thread.
	public List<Attachment> attachments() {
		return List.of();
	}

	// Return a copy without some attachments, whose bytes it releases.
	public JsonPayload without(List<Attachment> attachments, String reason) {
		return this;
	}

	@Override
	public abstract void serialize(JsonGenerator json, SerializationContext context);

	@Override
	public final void serializeWithType(JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(json, context);
	}

}
