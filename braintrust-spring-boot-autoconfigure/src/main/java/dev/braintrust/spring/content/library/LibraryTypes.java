package dev.braintrust.spring.content.library;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.OpaqueTypes;
import dev.braintrust.spring.content.json.TypeNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.ClassUtils;

/**
 * Finds serializers for types whose JSON belongs to another library. If the library is on
 * the class path, it writes them. Otherwise, a note names the type: Jackson 3 would write
 * nonsense or reveal hidden fields. It is called once for each type.
 */
final class LibraryTypes {

	// Types without a serializer here, unless their library is present.
	private static final List<String> UNKNOWN = List.of("com.google.protobuf.MessageLite",
			"com.google.gson.JsonElement", "software.amazon.awssdk.core.SdkPojo",
			"com.fasterxml.jackson.databind.JsonSerializable");

	private static final List<String> GSON_MASKS = List.of("com.google.gson.annotations.JsonAdapter",
			"com.google.gson.annotations.Expose");

	private static final List<String> UNKNOWN_ANNOTATIONS = List.of("com.google.gson.annotations.",
			"kotlinx.serialization.", "jakarta.json.bind.annotation.", "javax.json.bind.annotation.",
			"com.alibaba.fastjson.annotation.", "com.alibaba.fastjson2.annotation.", "com.squareup.moshi.",
			"org.codehaus.jackson.");

	private final List<Function<Class<?>, @Nullable ValueSerializer<?>>> libraries = new ArrayList<>();

	LibraryTypes(@Nullable Jackson2 jackson2) {
		this.libraries.add(TextTypes::findTree);
		if (jackson2 != null) {
			this.libraries.add(jackson2::find);
			addIfPresent("com.openai.core.ObjectMappers", () -> ProviderTypes.OpenAi.types()::find);
			addIfPresent("com.anthropic.core.ObjectMappers", () -> ProviderTypes.Anthropic.types()::find);
		}
		addIfPresent("software.amazon.awssdk.core.SdkPojo", () -> AwsTypes::find);
		addIfPresent("com.google.protobuf.util.JsonFormat", () -> TextTypes.Protobuf::find);
		addIfPresent("com.google.gson.Gson", () -> new GsonTypes()::find);
		addIfPresent("kotlinx.serialization.json.Json", () -> TextTypes.Kotlin::find);
	}

	private void addIfPresent(String name, Supplier<Function<Class<?>, @Nullable ValueSerializer<?>>> library) {
		if (isPresent(name)) {
			this.libraries.add(library.get());
		}
	}

	static boolean isPresent(String name) {
		return ClassUtils.isPresent(name, LibraryTypes.class.getClassLoader());
	}

	@Nullable ValueSerializer<?> find(Class<?> type) {
		if (type.getName().startsWith("java.")) {
			return null;
		}
		for (Function<Class<?>, @Nullable ValueSerializer<?>> library : this.libraries) {
			ValueSerializer<?> serializer = library.apply(type);
			if (serializer != null) {
				return GuardedSerializer.around(serializer);
			}
		}
		boolean unknown = TypeNames.isNamed(type, UNKNOWN::contains) || isAnnotated(type, UNKNOWN_ANNOTATIONS);
		return (unknown || isMaskedForGsonAlone(type)) ? OpaqueTypes.NOTE : null;
	}

	// Jackson would write fields that the application masks or hides with
	// Gson annotations.
	private static boolean isMaskedForGsonAlone(Class<?> type) {
		return TypeNames.hasAnnotations(type, GSON_MASKS) && TypeNames.hasAnnotations(type, TypeNames.JACKSON);
	}

	// Whether a class is annotated for one of these libraries and not for Jackson.
	static boolean isAnnotated(Class<?> type, List<String> annotations) {
		return TypeNames.hasAnnotations(type, annotations) && !TypeNames.hasAnnotations(type, TypeNames.JACKSON);
	}

}
