package dev.braintrust.spring.content.json;

import java.util.List;

import dev.braintrust.spring.Attachment;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A value of a span that writes itself as JSON, without a tree of objects in between. It
 * is written by the export worker, after the span has ended, so it must be immutable: it
 * refers to what does not change, and copies what may. Content is written by
 * {@code ContentJson}.
 */
public abstract class JsonPayload implements JacksonSerializable, ContentSize.Sized {

	// About how much of the heap it holds that the application may have let go. Asked on
	// the thread of the application, so it must be cheap.
	@Override
	public abstract long size();

	// Whether it is an array of messages where it is written in the format of
	// OpenTelemetry's conventions for generative AI.
	public boolean isMessages() {
		return false;
	}

	// The attachments that it refers to. It is asked on the thread of the caller.
	public List<Attachment> attachments() {
		return List.of();
	}

	// The same without some of its attachments, whose bytes it lets go.
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
