package dev.braintrust.spring.content.library;

import java.util.List;

import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.json.OpaqueTypes;
import dev.braintrust.spring.content.json.TypeNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Values whose text is their JSON: the trees of most libraries. Text that turns out to be
 * none becomes a note.
 */
final class JsonTextTypes {

	private static final List<String> NAMES = List.of("com.google.gson.JsonElement", "org.json.JSONObject",
			"org.json.JSONArray", "org.json.JSONObject$Null", "org.json.JSONObject$1", "jakarta.json.JsonValue",
			"javax.json.JsonValue", "kotlinx.serialization.json.JsonElement", "io.vertx.core.json.JsonObject",
			"io.vertx.core.json.JsonArray");

	private JsonTextTypes() {
	}

	static @Nullable ValueSerializer<?> find(Class<?> type) {
		return TypeNames.isNamed(type, NAMES::contains) ? new Text(String::valueOf) : null;
	}

	/**
	 * Writes values by the text that a library makes of them.
	 */
	static final class Text extends ValueSerializer<Object> {

		private final ToText library;

		Text(ToText library) {
			this.library = library;
		}

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			String text = text(value);
			if (text == null || !JsonCopy.isJson(text)) {
				OpaqueTypes.NOTE.serialize(value, json, context);
				return;
			}
			try (JsonParser parser = JsonCopy.JSON.createParser(ObjectReadContext.empty(), text)) {
				JsonCopy.copy(json, parser, GuardedSerializer.MAX_DEPTH);
			}
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator json, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, json, context);
		}

		private @Nullable String text(Object value) {
			try {
				return this.library.of(value);
			}
			catch (Exception | StackOverflowError | LinkageError ex) {
				return null;
			}
		}

	}

	@FunctionalInterface
	interface ToText {

		@Nullable String of(Object value) throws Exception;

	}

}
