package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.support.PayloadJson;
import org.junit.jupiter.api.Test;

import org.springframework.ai.tool.definition.ToolDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ToolDefinitions}, {@link ToolChoice} and {@link ResponseFormat}.
 */
class ToolDefinitionsTests {

	private static final ToolDefinition WEATHER = ToolDefinition.builder()
		.name("weather")
		.description("The weather of a city")
		.inputSchema("{\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\"}}}")
		.build();

	@Test
	void functionsAreWritten() {
		ToolDefinitions tools = new ToolDefinitions(List.of(WEATHER), true, List.of());
		assertThat(PayloadJson.braintrust(tools)).isEqualTo("""
				[{"type":"function","function":{"name":"weather","description":"The weather of a city",\
				"parameters":{"type": "object", "properties": {"city": {"type": "string"}}},"strict":true}}]""");
		assertThat(genAi(tools)).isEqualTo("""
				[{"type":"function","name":"weather","description":"The weather of a city",\
				"parameters":{"type": "object", "properties": {"city": {"type": "string"}}},"strict":true}]""");
	}

	@Test
	void strictIsAbsentWhereItIsNotKnown() {
		assertThat(PayloadJson.braintrust(new ToolDefinitions(List.of(WEATHER)))).doesNotContain("strict");
	}

	@Test
	void toolsOfTheProviderKeepTheirForm() {
		ToolDefinitions tools = new ToolDefinitions(List.of(), null, List.of(Map.of("type", "google_search")));
		assertThat(PayloadJson.braintrust(tools)).isEqualTo("[{\"type\":\"google_search\"}]");
		assertThat(genAi(tools)).isEqualTo("[{\"type\":\"google_search\",\"name\":\"google_search\"}]");
	}

	private static String genAi(ToolDefinitions tools) {
		String json = PayloadJson.genAi(tools);
		assertThat(PayloadJson.errors("tool-definitions", json)).isEmpty();
		return json;
	}

	@Test
	void schemasAreAsked() {
		assertThat(PayloadJson.errors("tool-definitions", "[{\"type\":\"function\"}]")).isNotEmpty();
		assertThat(PayloadJson.errors("input-messages", "[{\"role\":\"user\",\"content\":\"a\"}]")).isNotEmpty();
		assertThat(PayloadJson.errors("output-messages", "[{\"role\":\"assistant\",\"parts\":[]}]")).isNotEmpty();
	}

}
