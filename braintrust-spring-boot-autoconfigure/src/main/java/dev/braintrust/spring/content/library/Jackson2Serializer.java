package dev.braintrust.spring.content.library;

import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.ResolvableSerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes values by a serializer of Jackson 2.
 */
final class Jackson2Serializer extends ValueSerializer<Object> {

	private final Jackson2 jackson2;

	private final JsonSerializer<Object> serializer;

	Jackson2Serializer(Jackson2 jackson2, JsonSerializer<Object> serializer) {
		this.jackson2 = jackson2;
		this.serializer = serializer;
	}

	@Override
	public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
		SerializerProvider provider = this.jackson2.provider();
		try {
			JsonSerializer<?> contextual = this.serializer;
			if (this.serializer instanceof ContextualSerializer factory) {
				contextual = factory.createContextual(provider, (property != null && property.getMember() != null)
						? this.jackson2.property(property.getMember().getMember()) : null);
			}
			if (contextual instanceof ResolvableSerializer resolvable) {
				resolvable.resolve(provider);
			}
			return (contextual != this.serializer) ? of(contextual) : this;
		}
		catch (JsonMappingException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private Jackson2Serializer of(JsonSerializer<?> contextual) {
		return new Jackson2Serializer(this.jackson2, (JsonSerializer<Object>) contextual);
	}

	@Override
	public boolean isEmpty(SerializationContext context, Object value) {
		return this.serializer.isEmpty(this.jackson2.provider(), value);
	}

	@Override
	public void serialize(Object value, JsonGenerator json, SerializationContext context) {
		try {
			this.serializer.serialize(value, new Jackson2Generator(json, context), this.jackson2.provider());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(value, json, context);
	}

}
