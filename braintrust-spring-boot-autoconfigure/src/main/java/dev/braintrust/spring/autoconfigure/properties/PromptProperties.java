package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties under {@code braintrust.prompts}. They are bound when somebody asks for
 * prompts.
 */
@ConfigurationProperties("braintrust.prompts")
public class PromptProperties {

	/**
	 * Whether prompts are loaded from Braintrust. Without a value, they are, but not in
	 * tests that record spans.
	 */
	private @Nullable Boolean enabled;

	/**
	 * Time after which a prompt is loaded again, in the background.
	 */
	private Duration cacheTtl = Duration.ofHours(1);

	/**
	 * Maximum time to wait for a prompt that is not in memory.
	 */
	private Duration timeout = Duration.ofSeconds(10);

	public @Nullable Boolean getEnabled() {
		return this.enabled;
	}

	public void setEnabled(@Nullable Boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getCacheTtl() {
		return this.cacheTtl;
	}

	public void setCacheTtl(Duration cacheTtl) {
		this.cacheTtl = cacheTtl;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

}
