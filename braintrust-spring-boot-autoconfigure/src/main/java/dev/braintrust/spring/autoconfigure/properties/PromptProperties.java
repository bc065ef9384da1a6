package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties under {@code braintrust.prompts}. They are bound when the first prompt
 * bean is created.
 *
 * @param enabled Whether prompts are loaded from Braintrust. Without a value, they are
 * loaded except in tests that record spans.
 * @param cacheTtl Time after which a prompt is loaded again, in the background.
 * @param timeout Maximum time to wait for a prompt that is not in memory.
 */
@ConfigurationProperties("braintrust.prompts")
public record PromptProperties(@Nullable Boolean enabled, @DefaultValue("1h") Duration cacheTtl,
		@DefaultValue("10s") Duration timeout) {

}
