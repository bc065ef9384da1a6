package dev.braintrust.spring.prompt.load;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.prompt.LoadedPrompt;
import dev.braintrust.spring.prompt.ProjectPrompts;
import dev.braintrust.spring.prompt.PromptRequest;
import dev.braintrust.spring.prompt.PromptUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ConcurrentLruCache;

/**
 * Loads the prompts of one project.
 */
final class DefaultProjectPrompts implements ProjectPrompts {

	private static final Log logger = LogFactory.getLog(DefaultProjectPrompts.class);

	private static final int MAX_PROMPTS = 1000;

	private static final int MAX_PROMPT = 2 << 20;

	// Only reads trees, so it holds no class of the application.
	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final ConcurrentLruCache<PromptQuery, CachedPrompt> prompts = new ConcurrentLruCache<>(MAX_PROMPTS,
			this::toCache);

	// Fallback files by slug and location.
	private final Map<String, LoadedPrompt> files = new ConcurrentHashMap<>();

	private final Set<PromptQuery> warned = ConcurrentHashMap.newKeySet();

	private final String project;

	private final boolean on;

	private final ProjectApi api;

	private final ResourceLoader resources;

	private final PromptSettings settings;

	private final LongSupplier clock;

	DefaultProjectPrompts(String project, boolean on, ProjectApi api, ResourceLoader resources, PromptSettings settings,
			LongSupplier clock) {
		this.project = project;
		this.on = on;
		this.api = api;
		this.resources = resources;
		this.settings = settings;
		this.clock = clock;
	}

	@Override
	public String project() {
		return this.project;
	}

	@Override
	public PromptRequest load(String slug) {
		return new PromptRequest(slug, this::load);
	}

	private LoadedPrompt load(PromptRequest request) {
		PromptQuery query = new PromptQuery(request.slug(), request.version(), request.environment());
		String fallback = request.fallback();
		try {
			if (!isAsked()) {
				throw unavailable(query, "could not be loaded: " + whyNot(), null);
			}
			LoadedPrompt loaded = cached(query).get(fallback != null);
			this.warned.remove(query);
			return loaded;
		}
		catch (PromptUnavailableException ex) {
			if (fallback == null) {
				throw ex;
			}
			if (isAsked() && this.warned.size() < MAX_PROMPTS && this.warned.add(query)) {
				logger.warn(ex.getMessage() + ". Its fallback '" + fallback + "' is used until it can be loaded.");
			}
			return file(request.slug(), fallback);
		}
	}

	private boolean isAsked() {
		return this.settings.enabled() && this.on && this.api.hasKey();
	}

	private String whyNot() {
		if (!this.settings.enabled()) {
			return "this application loads no prompts. Give the prompt a fallback, or set 'braintrust.prompts.enabled' to true";
		}
		return this.on ? "the project has no API key" : "the project is off";
	}

	// Locked, because the cache may call its loader once per thread, and each entry would
	// load the prompt.
	private CachedPrompt cached(PromptQuery query) {
		synchronized (this.prompts) {
			return this.prompts.get(query);
		}
	}

	private CachedPrompt toCache(PromptQuery query) {
		return new CachedPrompt(() -> ask(query), this.settings, query.environment() == null, this.clock);
	}

	private CompletableFuture<LoadedPrompt> ask(PromptQuery query) {
		return this.api.prompts(query.toQuery(), this.settings.timeout()).thenApply((reply) -> read(query, reply));
	}

	private LoadedPrompt read(PromptQuery query, Reply reply) {
		if (!reply.isAccepted()) {
			throw new PromptFailure(
					unavailable(query, "could not be loaded (" + reply.describe() + ")", reply.failure()),
					mayPass(reply));
		}
		if (reply.body().length > MAX_PROMPT) {
			throw new PromptFailure(unavailable(query, "is larger than " + MAX_PROMPT + " bytes", null), false);
		}
		JsonNode objects = reply.json().path("objects");
		if (objects.isEmpty()) {
			throw new PromptFailure(unavailable(query, "is not in the project", null), false);
		}
		try {
			return LoadedPrompt.of(query.slug(), objects.path(0));
		}
		catch (IllegalArgumentException ex) {
			throw new PromptFailure(unavailable(query, "cannot be used: " + ex.getMessage(), null), false);
		}
	}

	// Whether the failure is temporary, by the same rule as Braintrust's own SDKs.
	private static boolean mayPass(Reply reply) {
		return reply.failure() != null || reply.status() == 408 || reply.status() == 429 || reply.status() >= 500;
	}

	private PromptUnavailableException unavailable(PromptQuery query, String what, @Nullable Throwable cause) {
		return new PromptUnavailableException(
				"The " + query + " of the Braintrust project '" + this.project + "' " + what, cause);
	}

	private LoadedPrompt file(String slug, String location) {
		return this.files.computeIfAbsent(slug + " " + location, (added) -> read(slug, location));
	}

	private LoadedPrompt read(String slug, String location) {
		Resource resource = this.resources.getResource(location);
		try (InputStream stream = resource.getInputStream()) {
			JsonNode json = MAPPER.readTree(stream);
			return LoadedPrompt.of(slug, PromptQuery.withoutOrigin(json));
		}
		catch (FileNotFoundException ex) {
			throw unusable(slug, location,
					"does not exist. Correct its location, which begins with 'classpath:' or 'file:'", ex);
		}
		catch (IllegalArgumentException ex) {
			throw unusable(slug, location, "cannot be used: " + ex.getMessage(), ex);
		}
		catch (IOException | RuntimeException ex) {
			throw unusable(slug, location, "cannot be read. Check that it is a readable file with JSON", ex);
		}
	}

	private static PromptUnavailableException unusable(String slug, String location, String why, Exception cause) {
		return new PromptUnavailableException("The fallback '" + location + "' of the prompt '" + slug + "' " + why,
				cause);
	}

}
