package dev.braintrust.spring.autoconfigure.properties;

import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Which content is recorded, {@code capture.*}.
 *
 * @param content Whether content is recorded: inputs, outputs, error messages and prompt
 * variables. Structure, tokens and timing are recorded in any case.
 * @param input Whether inputs are recorded: prompts, tool arguments, and inputs that the
 * application sets.
 * @param output Whether outputs are recorded: answers of models, tool results, and
 * outputs that the application sets.
 * @param format Format of the recorded content.
 * @param maxFieldSize Maximum size of the JSON of one input, one output or the metadata
 * of one span. Longer texts are cut. At least 1KB; unlimited if not set.
 * @param aiSpansOnly Whether spans without an attribute of AI instrumentation are
 * dropped. Falls back to the environment variable BRAINTRUST_FILTER_AI_SPANS.
 * @param provider Name of the provider to record for model calls whose options do not
 * tell it, such as OpenAI's options without a base URL.
 */
public record CaptureProperties(@Nullable Boolean content, @Nullable Boolean input, @Nullable Boolean output,
		@Nullable CaptureFormat format, @Nullable DataSize maxFieldSize, @Nullable Boolean aiSpansOnly,
		@Nullable String provider) {

	static final CaptureProperties UNSET = new CaptureProperties(null, null, null, null, null, null, null);

}
