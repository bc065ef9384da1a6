package dev.braintrust.spring.ai.provider;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.model.ModelOptions;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * What a model says about itself: its provider, told by its package or by that of its
 * options ({@code org.springframework.ai.openai} is {@code openai}), and the options that
 * hold where a request has none. OpenAI's models call other providers too, which the URL
 * in their options tells.
 */
public final class ModelDescription {

	private static final String PACKAGE = "org.springframework.ai.";

	private static final String OPENAI = "openai";

	private static final Map<String, String> NAMES = Map.of("mistralai", "mistral", "vertexai", "google", "stabilityai",
			"stability");

	private final Object model;

	public ModelDescription(Object model) {
		this.model = model;
	}

	// The options of the model. Most models show them, by a method that no interface has.
	public @Nullable ModelOptions options() {
		return (NativeValue.read(this.model, "getOptions") instanceof ModelOptions options) ? options : null;
	}

	public @Nullable String provider(@Nullable ModelOptions requested, @Nullable String fallback) {
		String provider = api(requested);
		if (OPENAI.equals(provider)) {
			// The model keeps to the endpoint that it was made for.
			ModelOptions options = (options() != null) ? options() : requested;
			String called = (options != null && OPENAI.equals(provider(options.getClass())))
					? OpenAiEndpoint.provider(options) : null;
			return (called != null) ? called : ((fallback != null) ? fallback : provider);
		}
		return (provider != null) ? provider : fallback;
	}

	private @Nullable String api(@Nullable ModelOptions requested) {
		String provider = provider(AopProxyUtils.ultimateTargetClass(this.model));
		if (provider == null && requested != null) {
			provider = provider(requested.getClass());
		}
		if (provider != null) {
			return provider;
		}
		ModelOptions options = options();
		return (options != null) ? provider(options.getClass()) : null;
	}

	private static @Nullable String provider(Class<?> type) {
		String name = type.getName();
		int end = name.startsWith(PACKAGE) ? name.indexOf('.', PACKAGE.length()) : -1;
		if (end < 0) {
			return null;
		}
		String segment = name.substring(PACKAGE.length(), end);
		return switch (segment) {
			// Types of Spring AI itself, which belong to no provider.
			case "audio", "embedding", "image", "model" -> null;
			default -> NAMES.getOrDefault(segment, segment);
		};
	}

}
