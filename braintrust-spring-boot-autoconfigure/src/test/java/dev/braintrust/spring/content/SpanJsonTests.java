package dev.braintrust.spring.content;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.properties.AttachmentsMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SpanJson}.
 */
class SpanJsonTests {

	private static final JsonMapper JACKSON = JsonMapper.builder().build();

	private final SpanJson json = new SpanJson(AttachmentsMode.BASE64);

	static List<Object> values() {
		return List.of(1, -1, Integer.MIN_VALUE, Long.MAX_VALUE, 0.25, 1e10, true, "", "gpt-4o-mini_2024.07", "a b",
				"quote \" backslash \\ slash /", "line\nbreak\ttab", "\u0000\u001f\u007f", "é\u2028\ud83d\ude00",
				"x".repeat(64), "x".repeat(65), List.of("a", 1), Map.of("key", "value"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valuesAreWrittenAsJacksonWritesThem(Object value) {
		assertThat(this.json.write(value)).isEqualTo(JACKSON.writeValueAsString(value));
		Map<String, String> fields = new LinkedHashMap<>();
		fields.put(value.toString(), this.json.write(value));
		assertThat(this.json.writeObject(fields))
			.isEqualTo(JACKSON.writeValueAsString(Map.of(value.toString(), value)));
	}

}
