package dev.braintrust.spring.specification;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * A tool in a request. It returns the same result as during the recording of the answers.
 */
record RecordedTool(ToolDefinition definition) implements ToolCallback {

	static final String RESULT = "{\"temperature\":18,\"unit\":\"celsius\"}";

	@Override
	public ToolDefinition getToolDefinition() {
		return this.definition;
	}

	@Override
	public String call(String toolInput) {
		if (this.definition.name().equals("getWeather")) {
			String city = JsonMapper.shared().readTree(toolInput).get("arg0").asString();
			return "The weather in " + city + " is sunny with 72\u00b0F temperature.";
		}
		return RESULT;
	}

}
