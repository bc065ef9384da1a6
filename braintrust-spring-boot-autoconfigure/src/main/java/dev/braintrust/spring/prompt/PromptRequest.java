package dev.braintrust.spring.prompt;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A request to load a prompt: which version, and which file to use if Braintrust is not
 * available. It is immutable: each method returns a new request.
 *
 * <pre class="code">
 * prompts.load("summarizer").environment("production").fallback("classpath:prompts/summarizer.json").get()
 * </pre>
 */
public final class PromptRequest {

	private final Function<? super PromptRequest, LoadedPrompt> loader;

	private final String slug;

	private final @Nullable String version;

	private final @Nullable String environment;

	private final @Nullable String fallback;

	private PromptRequest(Function<? super PromptRequest, LoadedPrompt> loader, String slug, @Nullable String version,
			@Nullable String environment, @Nullable String fallback) {
		Assert.hasText(slug, "'slug' must not be empty");
		Assert.isTrue(version == null || !version.isBlank(), "'version' must not be empty");
		Assert.isTrue(environment == null || !environment.isBlank(), "'environment' must not be empty");
		Assert.isTrue(version == null || environment == null, "Ask for a version or for an environment, not for both");
		this.loader = loader;
		this.slug = slug;
		this.version = version;
		this.environment = environment;
		this.fallback = fallback;
	}

	/**
	 * Create a request. Use {@link ProjectPrompts#load(String)} instead.
	 * @param slug the slug of the prompt
	 * @param loader loads the requested prompt
	 */
	public PromptRequest(String slug, Function<? super PromptRequest, LoadedPrompt> loader) {
		this(loader, slug, null, null, null);
	}

	/**
	 * Load this version, instead of the newest one.
	 * @param version the id of the version
	 * @return a new request
	 */
	public PromptRequest version(String version) {
		Assert.notNull(version, "'version' must not be null");
		return new PromptRequest(this.loader, this.slug, version, this.environment, this.fallback);
	}

	/**
	 * Load the version that is assigned to this environment, instead of the newest one.
	 * @param environment the slug of the environment, such as {@code production}
	 * @return a new request
	 */
	public PromptRequest environment(String environment) {
		Assert.notNull(environment, "'environment' must not be null");
		return new PromptRequest(this.loader, this.slug, this.version, environment, this.fallback);
	}

	/**
	 * Use this file if the prompt cannot be loaded: the JSON of a prompt as Braintrust's
	 * API returns it, or only its {@code prompt_data}.
	 * @param location a Spring resource location, such as {@code
	 * classpath:prompts/summarizer.json}
	 * @return a new request
	 */
	public PromptRequest fallback(String location) {
		Assert.hasText(location, "'location' must not be empty");
		return new PromptRequest(this.loader, this.slug, this.version, this.environment, location);
	}

	/**
	 * Load the prompt: from the cache, else from Braintrust, else from the fallback.
	 * @return the prompt
	 * @throws PromptUnavailableException if it cannot be loaded, and there is no fallback
	 */
	public LoadedPrompt get() {
		return this.loader.apply(this);
	}

	/**
	 * The slug of the prompt.
	 * @return the slug
	 */
	public String slug() {
		return this.slug;
	}

	/**
	 * The requested version.
	 * @return the id of the version, or {@code null} for the newest one
	 */
	public @Nullable String version() {
		return this.version;
	}

	/**
	 * The requested environment.
	 * @return the slug of the environment, or {@code null}
	 */
	public @Nullable String environment() {
		return this.environment;
	}

	/**
	 * The file to use if the prompt cannot be loaded.
	 * @return the location, or {@code null}
	 */
	public @Nullable String fallback() {
		return this.fallback;
	}

}
