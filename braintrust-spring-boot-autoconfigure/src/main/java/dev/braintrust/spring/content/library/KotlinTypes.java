package dev.braintrust.spring.content.library;

import java.util.List;

import kotlinx.serialization.KSerializer;
import kotlinx.serialization.SerializersKt;
import kotlinx.serialization.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;

/**
 * Classes that are serializable by Kotlin's own library.
 */
final class KotlinTypes {

	private static final List<String> ANNOTATIONS = List.of("kotlinx.serialization.");

	private KotlinTypes() {
	}

	static @Nullable ValueSerializer<?> find(Class<?> type) {
		if (!LibraryTypes.isAnnotated(type, ANNOTATIONS)) {
			return null;
		}
		return new JsonTextTypes.Text((value) -> text(value, type));
	}

	private static @Nullable String text(Object value, Class<?> type) {
		KSerializer<Object> serializer = SerializersKt.serializerOrNull(type);
		return (serializer != null) ? Json.Default.encodeToString(serializer, value) : null;
	}

}
