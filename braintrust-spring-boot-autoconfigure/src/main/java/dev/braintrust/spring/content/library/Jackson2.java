package dev.braintrust.spring.content.library;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.BeanSerializerFactory;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.ResolvableSerializer;
import com.fasterxml.jackson.databind.ser.std.SerializableSerializer;
import com.fasterxml.jackson.databind.util.ClassUtil;
import com.fasterxml.jackson.databind.util.RawValue;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.JsonCopy;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.function.SingletonSupplier;

/**
 * Lets Jackson 2 write the values that only it can write: its trees, and values whose
 * annotations name a Jackson 2 serializer. All other values go back to Jackson 3, so its
 * limits and guards apply to both.
 */
final class Jackson2 {

	private final SingletonSupplier<ObjectMapper> mapper = SingletonSupplier
		.of(() -> new ObjectMapper().setSerializerFactory(new HandBack()));

	@Nullable ValueSerializer<?> find(Class<?> type) {
		return JsonSerializable.class.isAssignableFrom(type) ? new Bridge(SerializableSerializer.instance) : null;
	}

	ValueSerializer<?> serializer(Class<?> type) {
		return new Bridge((JsonSerializer<?>) ClassUtil.createInstance(type, true));
	}

	SerializerProvider provider() {
		return this.mapper.obtain().getSerializerProviderInstance();
	}

	// Copy the output of Jackson 2. Values that it handed back are embedded as objects.
	static void copy(TokenBuffer written, @Nullable Object value, JsonGenerator json, SerializationContext context)
			throws IOException {
		JsonParser parser = written.asParser();
		Object current = value;
		for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
			if (token.isStructStart() && json.streamWriteContext().getNestingDepth() >= GuardedSerializer.MAX_DEPTH) {
				json.writeString(GuardedSerializer.TOO_DEEP);
				parser.skipChildren();
			}
			else if (token == JsonToken.START_OBJECT) {
				json.writeStartObject(current);
				current = null;
			}
			else {
				copy(token, parser, json, context);
			}
		}
	}

	private static void copy(JsonToken token, JsonParser parser, JsonGenerator json, SerializationContext context)
			throws IOException {
		switch (token) {
			case START_ARRAY -> json.writeStartArray();
			case END_OBJECT -> json.writeEndObject();
			case END_ARRAY -> json.writeEndArray();
			case FIELD_NAME -> json.writeName(parser.currentName());
			case VALUE_STRING -> json.writeString(parser.getText());
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> context.writeValue(json, parser.getNumberValue());
			case VALUE_TRUE, VALUE_FALSE -> json.writeBoolean(token == JsonToken.VALUE_TRUE);
			case VALUE_EMBEDDED_OBJECT -> {
				Object object = parser.getEmbeddedObject();
				if (object instanceof RawValue raw) {
					JsonCopy.writeRaw(json, String.valueOf(raw.rawValue()));
				}
				else {
					context.writeValue(json, object);
				}
			}
			default -> json.writeNull();
		}
	}

	// Return a property in Jackson 2's view, for serializers that read its annotations.
	private BeanProperty property(Member member) {
		JavaType type = this.mapper.obtain().constructType(member.getDeclaringClass());
		for (BeanPropertyDefinition definition : this.mapper.obtain()
			.getSerializationConfig()
			.introspect(type)
			.findProperties()) {
			AnnotatedMember accessor = accessor(definition, member);
			if (accessor != null) {
				return new BeanProperty.Std(definition.getFullName(), accessor.getType(), definition.getWrapperName(),
						accessor, definition.getMetadata());
			}
		}
		throw new IllegalStateException("Jackson 2 does not see the property");
	}

	private static @Nullable AnnotatedMember accessor(BeanPropertyDefinition definition, Member member) {
		boolean field = definition.getField() != null && member.equals(definition.getField().getMember());
		boolean getter = definition.getGetter() != null && member.equals(definition.getGetter().getMember());
		return (field || getter) ? definition.getAccessor() : null;
	}

	/**
	 * Writes values with a Jackson 2 serializer.
	 */
	private final class Bridge extends ValueSerializer<Object> {

		private final JsonSerializer<Object> serializer;

		@SuppressWarnings("unchecked")
		Bridge(JsonSerializer<?> serializer) {
			this.serializer = (JsonSerializer<Object>) serializer;
		}

		@Override
		public ValueSerializer<?> createContextual(SerializationContext context,
				tools.jackson.databind.@Nullable BeanProperty property) {
			SerializerProvider provider = provider();
			try {
				JsonSerializer<?> contextual = this.serializer;
				if (this.serializer instanceof ContextualSerializer factory) {
					contextual = factory.createContextual(provider, (property != null && property.getMember() != null)
							? property(property.getMember().getMember()) : null);
				}
				if (contextual instanceof ResolvableSerializer resolvable) {
					resolvable.resolve(provider);
				}
				return (contextual != this.serializer) ? new Bridge(contextual) : this;
			}
			catch (JsonMappingException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public boolean isEmpty(SerializationContext context, Object value) {
			return this.serializer.isEmpty(provider(), value);
		}

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			// Without a codec, the buffer keeps given objects as objects.
			try (TokenBuffer written = new TokenBuffer((ObjectCodec) null, false)) {
				this.serializer.serialize(value, written, provider());
				copy(written, value, json, context);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator json, SerializationContext context,
				tools.jackson.databind.jsontype.TypeSerializer typeSerializer) {
			serialize(value, json, context);
		}

	}

	/**
	 * Returns the same serializer for all types. It hands values back to Jackson 3.
	 */
	private static final class HandBack extends BeanSerializerFactory {

		private static final long serialVersionUID = 1L;

		@SuppressWarnings("NullAway")
		HandBack() {
			super(null);
		}

		@Override
		public JsonSerializer<Object> createSerializer(SerializerProvider provider, JavaType type) {
			return new JsonSerializer<>() {

				@Override
				public void serialize(Object value, com.fasterxml.jackson.core.JsonGenerator json,
						SerializerProvider provider) throws IOException {
					json.writeObject(value);
				}

				@Override
				public void serializeWithType(Object value, com.fasterxml.jackson.core.JsonGenerator json,
						SerializerProvider provider, TypeSerializer typeSerializer) throws IOException {
					json.writeObject(value);
				}

			};
		}

	}

}
