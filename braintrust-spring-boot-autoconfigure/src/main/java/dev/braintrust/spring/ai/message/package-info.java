/**
 * Writes Spring AI's messages, answers and tools as the JSON that Braintrust displays: in
 * the message format of OpenAI's chat completions or of OpenTelemetry's conventions for
 * generative AI.
 */
@NullMarked
package dev.braintrust.spring.ai.message;

import org.jspecify.annotations.NullMarked;
