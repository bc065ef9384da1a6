package dev.braintrust.spring.settings;

/**
 * The format that the content of spans is recorded in.
 */
public enum CaptureFormat {

	/**
	 * Braintrust's own attributes, with messages as OpenAI's chat completions have them.
	 */
	BRAINTRUST,

	/**
	 * The attributes of OpenTelemetry's conventions for generative AI.
	 */
	GEN_AI,

	/**
	 * Both.
	 */
	BOTH

}
