package dev.braintrust.spring.project;

/**
 * The types of span that the helpers make, as the value of
 * {@code braintrust.span_attributes}.
 */
enum SpanType {

	TASK("{\"type\":\"task\"}"), TOOL("{\"type\":\"tool\"}"), LLM("{\"type\":\"llm\"}"),
	FUNCTION("{\"type\":\"function\"}");

	private final String json;

	SpanType(String json) {
		this.json = json;
	}

	String json() {
		return this.json;
	}

}
