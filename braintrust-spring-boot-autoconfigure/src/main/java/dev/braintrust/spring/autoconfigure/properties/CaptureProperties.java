package dev.braintrust.spring.autoconfigure.properties;

import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * What is recorded, {@code capture.*}.
 */
public class CaptureProperties {

	/**
	 * Whether content is recorded: inputs, outputs, error messages and prompt variables.
	 * Structure, tokens and timing are recorded in any case.
	 */
	private @Nullable Boolean content;

	/**
	 * Whether inputs are recorded: prompts, tool arguments, and inputs that the
	 * application sets.
	 */
	private @Nullable Boolean input;

	/**
	 * Whether outputs are recorded: answers of models, tool results, and outputs that the
	 * application sets.
	 */
	private @Nullable Boolean output;

	/**
	 * Format of the recorded content.
	 */
	private @Nullable CaptureFormat format;

	/**
	 * Maximum size of the JSON of one input, one output or the metadata of one span.
	 * Longer texts are cut. At least 1KB; unlimited if not set.
	 */
	private @Nullable DataSize maxFieldSize;

	/**
	 * Whether spans without an attribute of AI instrumentation are dropped. Falls back to
	 * the environment variable BRAINTRUST_FILTER_AI_SPANS.
	 */
	private @Nullable Boolean aiSpansOnly;

	/**
	 * Name of the provider to record for model calls whose options do not tell it, such
	 * as OpenAI's options without a base URL.
	 */
	private @Nullable String provider;

	public @Nullable Boolean getContent() {
		return this.content;
	}

	public void setContent(@Nullable Boolean content) {
		this.content = content;
	}

	public @Nullable Boolean getInput() {
		return this.input;
	}

	public void setInput(@Nullable Boolean input) {
		this.input = input;
	}

	public @Nullable Boolean getOutput() {
		return this.output;
	}

	public void setOutput(@Nullable Boolean output) {
		this.output = output;
	}

	public @Nullable CaptureFormat getFormat() {
		return this.format;
	}

	public void setFormat(@Nullable CaptureFormat format) {
		this.format = format;
	}

	public @Nullable DataSize getMaxFieldSize() {
		return this.maxFieldSize;
	}

	public void setMaxFieldSize(@Nullable DataSize maxFieldSize) {
		this.maxFieldSize = maxFieldSize;
	}

	public @Nullable Boolean getAiSpansOnly() {
		return this.aiSpansOnly;
	}

	public void setAiSpansOnly(@Nullable Boolean aiSpansOnly) {
		this.aiSpansOnly = aiSpansOnly;
	}

	public @Nullable String getProvider() {
		return this.provider;
	}

	public void setProvider(@Nullable String provider) {
		this.provider = provider;
	}

}
