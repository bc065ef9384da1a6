package dev.braintrust.spring.prompt.load;

import java.time.Duration;

/**
 * How prompts are loaded.
 *
 * @param enabled whether prompts are loaded from Braintrust
 * @param cacheTtl how long a prompt is used before it is loaded again
 * @param timeout how long to wait for a prompt
 * @param pause how long to wait after a failure before the next request
 */
public record PromptSettings(boolean enabled, Duration cacheTtl, Duration timeout, Duration pause) {

}
