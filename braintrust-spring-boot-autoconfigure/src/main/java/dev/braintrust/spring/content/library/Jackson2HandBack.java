package dev.braintrust.spring.content.library;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.type.ArrayType;
import com.fasterxml.jackson.databind.type.CollectionLikeType;
import com.fasterxml.jackson.databind.type.CollectionType;
import com.fasterxml.jackson.databind.type.MapLikeType;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.databind.type.ReferenceType;

/**
 * Hands values that a serializer of Jackson 2 asks Jackson 2 to write back to Jackson 3.
 */
final class Jackson2HandBack extends SimpleModule {

	private static final long serialVersionUID = 1L;

	private static final JsonSerializer<Object> BACK = new Back();

	Jackson2HandBack() {
		super("braintrust-hand-back");
	}

	@Override
	public void setupModule(SetupContext context) {
		super.setupModule(context);
		context.addSerializers(new AllTypes());
	}

	/**
	 * Takes all types.
	 */
	private static final class AllTypes extends Serializers.Base {

		@Override
		public JsonSerializer<?> findSerializer(SerializationConfig config, JavaType type,
				BeanDescription description) {
			return BACK;
		}

		@Override
		public JsonSerializer<?> findReferenceSerializer(SerializationConfig config, ReferenceType type,
				BeanDescription description, TypeSerializer contentTypeSerializer,
				JsonSerializer<Object> contentSerializer) {
			return BACK;
		}

		@Override
		public JsonSerializer<?> findArraySerializer(SerializationConfig config, ArrayType type,
				BeanDescription description, TypeSerializer elementTypeSerializer,
				JsonSerializer<Object> elementSerializer) {
			return BACK;
		}

		@Override
		public JsonSerializer<?> findCollectionSerializer(SerializationConfig config, CollectionType type,
				BeanDescription description, TypeSerializer elementTypeSerializer,
				JsonSerializer<Object> elementSerializer) {
			return BACK;
		}

		@Override
		public JsonSerializer<?> findCollectionLikeSerializer(SerializationConfig config, CollectionLikeType type,
				BeanDescription description, TypeSerializer elementTypeSerializer,
				JsonSerializer<Object> elementSerializer) {
			return BACK;
		}

		@Override
		public JsonSerializer<?> findMapSerializer(SerializationConfig config, MapType type,
				BeanDescription description, JsonSerializer<Object> keySerializer, TypeSerializer elementTypeSerializer,
				JsonSerializer<Object> elementSerializer) {
			return BACK;
		}

		@Override
		public JsonSerializer<?> findMapLikeSerializer(SerializationConfig config, MapLikeType type,
				BeanDescription description, JsonSerializer<Object> keySerializer, TypeSerializer elementTypeSerializer,
				JsonSerializer<Object> elementSerializer) {
			return BACK;
		}

	}

	/**
	 * Hands a value back.
	 */
	private static final class Back extends JsonSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializerProvider provider) throws IOException {
			json.writeObject(value);
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator json, SerializerProvider provider,
				TypeSerializer typeSerializer) throws IOException {
			json.writeObject(value);
		}

	}

}
