package dev.braintrust.spring.content.library;

import java.util.List;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.json.OpaqueTypes;
import dev.braintrust.spring.content.json.PlainSerializer;
import dev.braintrust.spring.content.json.TypeNames;
import kotlinx.serialization.KSerializer;
import kotlinx.serialization.SerializersKt;
import kotlinx.serialization.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Writes values with the JSON text that a library makes of them. If the text is not JSON,
 * it writes a note.
 */
final class TextTypes {

	// In these libraries, toString() of a tree returns JSON.
	private static final List<String> TREES = List.of("com.google.gson.JsonElement", "org.json.JSONObject",
			"org.json.JSONArray", "org.json.JSONObject$Null", "org.json.JSONObject$1", "jakarta.json.JsonValue",
			"javax.json.JsonValue", "kotlinx.serialization.json.JsonElement", "io.vertx.core.json.JsonObject",
			"io.vertx.core.json.JsonArray");

	private TextTypes() {
	}

	static @Nullable ValueSerializer<?> findTree(Class<?> type) {
		return TypeNames.isNamed(type, TREES::contains) ? serializer(String::valueOf) : null;
	}

	private static ValueSerializer<?> serializer(ToText library) {
		return new PlainSerializer<Object>((value, json, context) -> {
			String text = text(library, value);
			if (text == null || !JsonCopy.isJson(text)) {
				OpaqueTypes.NOTE.serialize(value, json, context);
				return;
			}
			try (JsonParser parser = JsonCopy.JSON.createParser(ObjectReadContext.empty(), text)) {
				JsonCopy.copy(json, parser, GuardedSerializer.MAX_DEPTH);
			}
		});
	}

	private static @Nullable String text(ToText library, Object value) {
		try {
			return library.of(value);
		}
		catch (Throwable ex) {
			return null;
		}
	}

	/**
	 * Converts a value to text.
	 */
	@FunctionalInterface
	private interface ToText {

		@Nullable String of(Object value) throws Exception;

	}

	/**
	 * Messages of Protocol Buffers, in their JSON mapping.
	 */
	static final class Protobuf {

		private Protobuf() {
		}

		static @Nullable ValueSerializer<?> find(Class<?> type) {
			return MessageOrBuilder.class.isAssignableFrom(type) ? serializer(Protobuf::text) : null;
		}

		private static String text(Object message) throws Exception {
			return JsonFormat.printer().omittingInsignificantWhitespace().print((MessageOrBuilder) message);
		}

	}

	/**
	 * Classes that Kotlin's serialization library can write.
	 */
	static final class Kotlin {

		private static final List<String> ANNOTATIONS = List.of("kotlinx.serialization.");

		private Kotlin() {
		}

		static @Nullable ValueSerializer<?> find(Class<?> type) {
			return LibraryTypes.isAnnotated(type, ANNOTATIONS) ? serializer((value) -> text(value, type)) : null;
		}

		private static @Nullable String text(Object value, Class<?> type) {
			KSerializer<Object> serializer = SerializersKt.serializerOrNull(type);
			return (serializer != null) ? Json.Default.encodeToString(serializer, value) : null;
		}

	}

}
