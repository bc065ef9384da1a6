package dev.braintrust.spring.content.json;

import java.io.IOError;
import java.io.IOException;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.StdConverter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of values that throw any error from any method.
 */
class FailingValueTests {

	private final SpanJson json = new SpanJson(new JsonBuffers().valueMapper(), AttachmentsMode.BASE64);

	static Stream<Arguments> failures() {
		List<Throwable> failures = List.of(new IllegalStateException("secret"), new IOException("secret"),
				new IOError(new IOException("secret")), new ServiceConfigurationError("secret"),
				new NoClassDefFoundError("secret"), new AssertionError("secret"), new StackOverflowError("secret"),
				new OutOfMemoryError("secret"), new InternalError("secret"), new Throwable("secret"));
		Map<String, Function<Throwable, Object>> places = Map.of("getter", Getter::new, "element", Elements::new,
				"entries", Entries::new, "value", Value::new, "serializer", Serialized::new, "converter",
				Converted::new, "key", (failure) -> Map.of(new Value(failure), 1), "text", Texts::new, "message",
				Unspeakable::new);
		return places.entrySet()
			.stream()
			.flatMap((place) -> failures.stream()
				.map((failure) -> Arguments.of(place.getKey(), failure.getClass().getName(),
						place.getValue().apply(failure))));
	}

	@ParameterizedTest(name = "{1} of {0}")
	@MethodSource("failures")
	void whateverIsThrownIsAMarkAndTheRestStays(String place, String failure, Object value) {
		Map<String, Object> around = new LinkedHashMap<>();
		around.put("before", 1);
		around.put("failing", value);
		around.put("after", 2);
		String written = this.json.write(around);
		assertThat(written).doesNotContain("secret");
		// A converter of a class is not guarded separately, so the enclosing value fails.
		if (!place.equals("converter")) {
			assertThat(written).startsWith("{\"before\":1,\"failing\":");
			assertThat(JsonMapper.shared().readTree(written).path("after").asInt()).isEqualTo(2);
		}
		assertThat(this.json.write(value)).doesNotContain("secret");
	}

	private static <T> T fail(Throwable failure) {
		sneak(failure);
		throw new IllegalStateException();
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> void sneak(Throwable failure) throws X {
		throw (X) failure;
	}

	record Getter(Throwable hidden) {

		@Override
		public Throwable hidden() {
			return fail(this.hidden);
		}

	}

	static final class Elements extends AbstractList<Object> {

		private final Throwable failure;

		Elements(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public Object get(int index) {
			return fail(this.failure);
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static final class Entries extends AbstractMap<String, Object> {

		private final Throwable failure;

		Entries(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public Set<Map.Entry<String, Object>> entrySet() {
			return fail(this.failure);
		}

		@Override
		public boolean isEmpty() {
			return fail(this.failure);
		}

	}

	static final class Value {

		private final Throwable failure;

		Value(Throwable failure) {
			this.failure = failure;
		}

		@JsonValue
		String value() {
			return fail(this.failure);
		}

		@Override
		public boolean equals(Object other) {
			return other == this;
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

	@JsonSerialize(using = Failing.class)
	record Serialized(Throwable failure) {
	}

	static final class Failing extends ValueSerializer<Serialized> {

		@Override
		public void serialize(Serialized value, JsonGenerator json, SerializationContext context) {
			json.writeStartObject();
			json.writeName("a");
			fail(value.failure());
		}

	}

	@JsonSerialize(converter = Converting.class)
	record Converted(Throwable failure) {
	}

	static final class Converting extends StdConverter<Converted, String> {

		@Override
		public String convert(Converted value) {
			return fail(value.failure());
		}

	}

	static final class Texts implements CharSequence {

		private final Throwable failure;

		Texts(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public int length() {
			return fail(this.failure);
		}

		@Override
		public char charAt(int index) {
			return fail(this.failure);
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return fail(this.failure);
		}

		@Override
		public boolean isEmpty() {
			return fail(this.failure);
		}

		@Override
		public String toString() {
			return fail(this.failure);
		}

	}

	@SuppressWarnings("serial")
	static final class Unspeakable extends RuntimeException {

		private final Throwable failure;

		Unspeakable(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public String getMessage() {

			return fail(this.failure);
		}

	}

}
