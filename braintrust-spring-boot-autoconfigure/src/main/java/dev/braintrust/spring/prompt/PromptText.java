package dev.braintrust.spring.prompt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Renders the texts of one prompt with its variables.
 *
 * @param mustache whether the texts are Mustache templates
 * @param strict whether a missing variable is an error
 * @param mapper writes values that are not texts as JSON
 * @param variables the variables, which only hold JSON types
 */
record PromptText(String slug, boolean mustache, boolean strict, JsonMapper mapper,
		Map<String, @Nullable Object> variables) {

	private static final String LIBRARY = "com.samskivert.mustache.Mustache";

	// Render the content of a message: a text, or a list of text and image parts.
	@Nullable Object content(@Nullable Object content) {
		if (content instanceof String text) {
			return render(text);
		}
		if (content instanceof List<?> parts) {
			List<@Nullable Object> rendered = new ArrayList<>();
			parts.forEach((part) -> rendered.add(part(part)));
			return rendered;
		}
		return content;
	}

	private @Nullable Object part(@Nullable Object part) {
		if (!(part instanceof Map<?, ?> fields)) {
			return part;
		}
		Map<Object, @Nullable Object> rendered = new LinkedHashMap<>(fields);
		for (String key : List.of("text", "image_url", "url")) {
			rendered.computeIfPresent(key,
					(name, value) -> (value instanceof String text) ? render(text) : part(value));
		}
		return rendered;
	}

	String render(String template) {
		if (!this.mustache || !template.contains("{{")) {
			return template;
		}
		Assert.state(ClassUtils.isPresent(LIBRARY, PromptText.class.getClassLoader()),
				() -> "The prompt '" + this.slug + "' is a Mustache template, which needs a library that is "
						+ "missing. Add the dependency 'com.samskivert:jmustache'.");
		return MustacheText.render(this, template);
	}

}
