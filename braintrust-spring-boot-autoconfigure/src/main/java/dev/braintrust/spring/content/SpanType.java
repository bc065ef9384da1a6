package dev.braintrust.spring.content;

import java.util.Locale;

/**
 * The types of spans, as values of {@code braintrust.span_attributes}.
 */
public enum SpanType {

	/**
	 * A unit of application logic.
	 */
	TASK("{\"type\":\"task\"}"),

	/**
	 * The execution of a tool that a model requested.
	 */
	TOOL("{\"type\":\"tool\"}"),

	/**
	 * A single model call.
	 */
	LLM("{\"type\":\"llm\"}"),

	/**
	 * A function.
	 */
	FUNCTION("{\"type\":\"function\"}"),

	/**
	 * A row of an experiment.
	 */
	EVAL("{\"type\":\"eval\"}"),

	/**
	 * A scorer of an experiment.
	 */
	SCORE("{\"type\":\"score\"}"),

	/**
	 * A classifier of an experiment.
	 */
	CLASSIFIER("{\"type\":\"classifier\"}");

	private final String json;

	SpanType(String json) {
		this.json = json;
	}

	String json() {
		return this.json;
	}

	// Whether OpenTelemetry's conventions for generative AI define such a span.
	boolean isGenAi() {
		return this == TASK || this == TOOL || this == LLM;
	}

	// The name of the type in Braintrust.
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
