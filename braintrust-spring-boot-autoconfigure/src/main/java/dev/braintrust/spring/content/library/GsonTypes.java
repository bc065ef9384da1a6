package dev.braintrust.spring.content.library;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.annotations.Expose;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.json.TypeNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Writes classes that are annotated for Gson. Gson writes their own fields; objects in
 * these fields go back to Jackson 3, so its guards apply to them.
 */
final class GsonTypes {

	private static final List<String> ANNOTATIONS = List.of("com.google.gson.annotations.");

	private static final List<String> EXPOSE = List.of(Expose.class.getName());

	private final SingletonSupplier<Gson> gson = SingletonSupplier
		.of(() -> new GsonBuilder().disableHtmlEscaping().registerTypeAdapterFactory(new Objects()).create());

	@Nullable ValueSerializer<?> find(Class<?> type) {
		if (!LibraryTypes.isAnnotated(type, ANNOTATIONS)) {
			return null;
		}
		Gson gson = this.gson.obtain();
		// A class that uses @Expose hides its other fields.
		return new Annotated(TypeNames.hasAnnotations(type, EXPOSE)
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
			Written written = new Written(value);
			this.gson.toJson(value, value.getClass(), written);
			int depth = json.streamWriteContext().getNestingDepth() + 1;
			JsonCopy.copy(json, written.text.toString(), new JsonCopy.Content() {

				@Override
				public boolean name(String name) {
					if (json.streamWriteContext().getNestingDepth() == depth) {
						// Lets the guard detect the object if it occurs again
						// inside itself.
						json.assignCurrentValue(value);
					}
					json.writeName(name);
					return true;
				}

				@Override
				public void string(String text) {
					Object object = written.object(text);
					if (object != null) {
						context.writeValue(json, object);
					}
					else {
						json.writeString(text);
					}
				}

				@Override
				public void number(String number) {
					json.writeNumber(number);
				}

			});
		}

	}

	/**
	 * The JSON that Gson writes for an object, with a mark for each nested object. The
	 * mark is random, so a text of the application cannot be mistaken for one.
	 */
	private static final class Written extends JsonWriter {

		private final StringWriter text;

		private final Object root;

		private final String mark = UUID.randomUUID() + "-";

		private final List<Object> objects = new ArrayList<>();

		Written(Object root) {
			this(root, new StringWriter());
		}

		private Written(Object root, StringWriter text) {
			super(text);
			this.root = root;
			this.text = text;
		}

		void write(Object object) throws IOException {
			value(this.mark + this.objects.size());
			this.objects.add(object);
		}

		@Nullable Object object(String text) {
			return text.startsWith(this.mark) ? this.objects.get(Integer.parseInt(text.substring(this.mark.length())))
					: null;
		}

	}

	/**
	 * Writes marks for nested objects.
	 */
	private static final class Objects implements TypeAdapterFactory {

		@Override
		public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
			Class<?> raw = type.getRawType();
			if (raw == String.class || raw.isEnum() || ClassUtils.isPrimitiveOrWrapper(raw)) {
				return null;
			}
			return new TypeAdapter<>() {

				@Override
				public void write(JsonWriter json, @Nullable T value) throws IOException {
					Written written = (Written) json;
					if (value == null) {
						json.nullValue();
					}
					else if (value == written.root) {
						gson.getDelegateAdapter(Objects.this, type).write(json, value);
					}
					else {
						written.write(value);
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
