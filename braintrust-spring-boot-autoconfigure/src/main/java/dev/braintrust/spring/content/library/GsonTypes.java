package dev.braintrust.spring.content.library;

import java.io.IOException;
import java.util.List;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.annotations.Expose;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.braintrust.spring.content.json.TypeAnnotations;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.function.SingletonSupplier;

/**
 * Classes that are annotated for Gson. What they hold goes back to Jackson 3 where it is
 * not.
 */
final class GsonTypes {

	private static final List<String> ANNOTATIONS = List.of("com.google.gson.annotations.");

	private static final List<String> EXPOSE = List.of(Expose.class.getName());

	private final SingletonSupplier<Gson> gson = SingletonSupplier
		.of(() -> new GsonBuilder().disableHtmlEscaping().registerTypeAdapterFactory(new HandBack()).create());

	@Nullable ValueSerializer<?> find(Class<?> type) {
		if (!LibraryTypes.isAnnotated(type, ANNOTATIONS)) {
			return null;
		}
		Gson gson = this.gson.obtain();
		// Whoever says what is exposed hides the rest.
		return new Annotated(TypeAnnotations.areOf(type, EXPOSE)
				? gson.newBuilder().excludeFieldsWithoutExposeAnnotation().create() : gson);
	}

	/**
	 * Writes an object.
	 */
	private static final class Annotated extends ValueSerializer<Object> {

		private final Gson gson;

		Annotated(Gson gson) {
			this.gson = gson;
		}

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			this.gson.toJson(value, value.getClass(), new GsonGenerator(json, context, value));
		}

	}

	/**
	 * Hands values of types that are not Gson's back.
	 */
	private static final class HandBack implements TypeAdapterFactory {

		@Override
		public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
			return new TypeAdapter<>() {

				@Override
				public void write(JsonWriter json, @Nullable T value) throws IOException {
					GsonGenerator generator = (GsonGenerator) json;
					if (value == null) {
						json.nullValue();
					}
					else if (generator.begins(value)) {
						gson.getDelegateAdapter(HandBack.this, type).write(json, value);
					}
					else {
						generator.handBack(value);
					}
				}

				@Override
				public T read(JsonReader json) {
					throw new UnsupportedOperationException("Values of spans are not read");
				}

			};
		}

	}

}
