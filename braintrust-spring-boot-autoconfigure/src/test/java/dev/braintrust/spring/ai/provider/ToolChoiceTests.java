package dev.braintrust.spring.ai.provider;

import java.util.Map;

import dev.braintrust.spring.support.PayloadJson;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ToolChoice} and {@link ResponseFormat}.
 */
class ToolChoiceTests {

	@Test
	void choicesAreOpenAisValues() {
		assertThat(ToolChoice.of("ANY")).isEqualTo("required");
		assertThat(ToolChoice.of("required")).isEqualTo("required");
		assertThat(ToolChoice.of("auto")).isEqualTo("auto");
		assertThat(ToolChoice.of("VALIDATED")).isEqualTo("auto");
		assertThat(ToolChoice.of("NONE")).isEqualTo("none");
		assertThat(ToolChoice.of("perhaps")).isNull();
		assertThat(ToolChoice.of(null)).isNull();
	}

	@Test
	void choiceOfOneFunctionIsThatOfOpenAi() {
		Map<String, Object> named = Map.of("type", "function", "function", Map.of("name", "weather"));
		assertThat(ToolChoice.function("weather")).isEqualTo(named);
		assertThat(ToolChoice.of(named)).isEqualTo(named);
		assertThat(ToolChoice.of("{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}")).isEqualTo(named);
		assertThat(ToolChoice.of(Map.of("type", "auto"))).isEqualTo("auto");
		assertThat(ToolChoice.of("{\"type\":\"auto\"}")).isEqualTo("auto");
		assertThat(ToolChoice.of("{\"type\":")).isNull();
	}

	@Test
	void formatsAreOpenAis() {
		assertThat(PayloadJson.braintrust(ResponseFormat.ofType("json_object")))
			.isEqualTo("{\"type\":\"json_object\"}");
		assertThat(PayloadJson.braintrust(ResponseFormat.ofSchema("answer", false, "{\"type\":\"object\"}"))).isEqualTo(
				"{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":false,\"schema\":{\"type\":\"object\"}}}");
	}

}
