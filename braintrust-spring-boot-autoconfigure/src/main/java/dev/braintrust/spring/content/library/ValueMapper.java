package dev.braintrust.spring.content.library;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.GuardedModule;
import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.json.PlainSerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.jackson.RawSerializer;
import tools.jackson.databind.util.ClassUtil;

/**
 * Creates the mapper that writes application values.
 */
public final class ValueMapper {

	private static final String JACKSON_2 = "com.fasterxml.jackson.databind.ObjectMapper";

	private ValueMapper() {
	}

	// A mapper caches the classes that it has written, so each application context has
	// its own.
	public static JsonMapper create(ValueSerializer<Attachment> attachments) {
		AnnotationIntrospector annotations = new Jackson3Annotations();
		Jackson2 jackson2 = null;
		if (LibraryTypes.isPresent(JACKSON_2)) {
			jackson2 = new Jackson2();
			annotations = AnnotationIntrospector.pair(annotations, new Jackson2Annotations(jackson2));
		}
		return JsonMapper.builder()
			.annotationIntrospector(annotations)
			.addModule(new GuardedModule(new LibraryTypes(jackson2)::find, attachments))
			.disable(SerializationFeature.FAIL_ON_SELF_REFERENCES)
			.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.disable(SerializationFeature.WRAP_EXCEPTIONS)
			.build();
	}

	/**
	 * Reads the annotations of Jackson 3. The serializers that they name are guarded: if
	 * one fails, the surrounding values remain.
	 */
	private static final class Jackson3Annotations extends JacksonAnnotationIntrospector {

		private static final long serialVersionUID = 1L;

		@Override
		public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
			Object found = super.findSerializer(config, annotated);
			return (found instanceof RawSerializer) ? new PlainSerializer<>(Jackson3Annotations::writeRaw)
					: guarded(found);
		}

		@Override
		public @Nullable Object findContentSerializer(MapperConfig<?> config, Annotated annotated) {
			return guarded(super.findContentSerializer(config, annotated));
		}

		private static void writeRaw(Object value, JsonGenerator json, SerializationContext context) {
			JsonCopy.writeRaw(json, value.toString());
		}

		private static @Nullable Object guarded(@Nullable Object serializer) {
			Object instance = (serializer instanceof Class<?> type) ? ClassUtil.createInstance(type, true) : serializer;
			return (instance instanceof ValueSerializer<?> value) ? GuardedSerializer.around(value) : instance;
		}

	}

}
