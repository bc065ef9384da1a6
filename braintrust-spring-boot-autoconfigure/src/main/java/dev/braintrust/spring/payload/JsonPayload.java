package dev.braintrust.spring.payload;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A value that writes itself as JSON, without a tree of objects in between.
 */
abstract class JsonPayload implements JacksonSerializable {

	@Override
	public abstract void serialize(JsonGenerator json, SerializationContext context);

	@Override
	public final void serializeWithType(JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(json, context);
	}

}
