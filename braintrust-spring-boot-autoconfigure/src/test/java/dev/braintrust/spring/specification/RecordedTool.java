package dev.braintrust.spring.specification;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * A tool that a request offers. It answers with the same result always.
 */
record RecordedTool(ToolDefinition definition) implements ToolCallback {

	static final String RESULT = "{\"temperature\":18,\"unit\":\"celsius\"}";

	@Override
	public ToolDefinition getToolDefinition() {
		return this.definition;
	}

	@Override
	public String call(String toolInput) {
		return RESULT;
	}

}
