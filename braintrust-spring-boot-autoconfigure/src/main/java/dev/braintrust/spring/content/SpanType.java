package dev.braintrust.spring.content;

/**
 * The types of span that the helpers make, as the value of
 * {@code braintrust.span_attributes}.
 */
public enum SpanType {

	/**
	 * A unit of application logic.
	 */
	TASK("{\"type\":\"task\"}"),

	/**
	 * The execution of a tool that a model asked for.
	 */
	TOOL("{\"type\":\"tool\"}"),

	/**
	 * One call of a model.
	 */
	LLM("{\"type\":\"llm\"}"),

	/**
	 * A function.
	 */
	FUNCTION("{\"type\":\"function\"}");

	private final String json;

	SpanType(String json) {
		this.json = json;
	}

	String json() {
		return this.json;
	}

}
