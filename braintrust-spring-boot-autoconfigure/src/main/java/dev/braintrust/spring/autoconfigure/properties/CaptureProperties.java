package dev.braintrust.spring.autoconfigure.properties;

import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * What is recorded, {@code capture.*}.
 */
public class CaptureProperties {

	/**
	 * Whether content is recorded at all: inputs, outputs and whatever else holds words
	 * of users, models and tools. Where not, structure, tokens and timing remain.
	 */
	private @Nullable Boolean content;

	/**
	 * Whether the input of spans is recorded: prompts, arguments of tools, and what the
	 * application gives as input.
	 */
	private @Nullable Boolean input;

	/**
	 * Whether the output of spans is recorded: answers of models, results of tools, and
	 * what the application gives as output.
	 */
	private @Nullable Boolean output;

	/**
	 * Format that content is recorded in.
	 */
	private @Nullable CaptureFormat format;

	/**
	 * Size of its JSON above which an input, an output or the metadata of a span is cut.
	 * At least 1KB. Nothing is cut where it is not set.
	 */
	private @Nullable DataSize maxFieldSize;

	/**
	 * Whether spans that have no attribute of AI instrumentation are left out. Falls back
	 * to the environment variable BRAINTRUST_FILTER_AI_SPANS.
	 */
	private @Nullable Boolean aiSpansOnly;

	/**
	 * Name of the provider to record for the calls of models whose options do not tell
	 * it, such as those of OpenAI's without a base URL.
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
