package dev.braintrust.spring.content.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes values with a function. It writes no type information for polymorphic
 * properties.
 */
public final class PlainSerializer<T> extends ValueSerializer<T> {

	private final Function<T> function;

	public PlainSerializer(Function<T> function) {
		this.function = function;
	}

	@Override
	public void serialize(T value, JsonGenerator json, SerializationContext context) {
		this.function.write(value, json, context);
	}

	@Override
	public void serializeWithType(T value, JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		this.function.write(value, json, context);
	}

	/**
	 * Writes a value.
	 */
	@FunctionalInterface
	public interface Function<T> {

		void write(T value, JsonGenerator json, SerializationContext context);

	}

}
