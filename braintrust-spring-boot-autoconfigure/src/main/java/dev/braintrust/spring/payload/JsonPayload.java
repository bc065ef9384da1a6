package dev.braintrust.spring.payload;

import dev.braintrust.spring.properties.CaptureFormat;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A value that writes itself as JSON, without a tree of objects in between. It is written
 * later than it is made, on another thread, so it holds nothing that changes. The
 * attribute {@link CaptureFormat} of the context says in which format; where there is
 * none, it is Braintrust's.
 */
abstract class JsonPayload implements JacksonSerializable {

	@Override
	public abstract void serialize(JsonGenerator json, SerializationContext context);

	@Override
	public final void serializeWithType(JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(json, context);
	}

	static boolean isGenAi(SerializationContext context) {
		return context.getAttribute(CaptureFormat.class) == CaptureFormat.GEN_AI;
	}

}
