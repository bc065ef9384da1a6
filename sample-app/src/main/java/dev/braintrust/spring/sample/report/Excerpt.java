package dev.braintrust.spring.sample.report;

import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;

/**
 * A short excerpt of an input or output: the last message, or the tools that were called.
 */
final class Excerpt {

	private static final int LENGTH = 48;

	private Excerpt() {
	}

	static String of(JsonNode value) {
		String text = gist(value).strip().replaceAll("\\s+", " ");
		return (text.length() <= LENGTH) ? text : text.substring(0, LENGTH - 1) + "\u2026";
	}

	private static String gist(JsonNode value) {
		if (value.isMissingNode() || value.isNull()) {
			return "";
		}
		if (value.isString()) {
			return value.asString();
		}
		if (value.isArray() && value.path(0).has("type")) {
			return StreamSupport.stream(value.spliterator(), false).map(Excerpt::gist).collect(Collectors.joining(" "));
		}
		if (value.path("type").asString("").equals("braintrust_attachment")) {
			return "[" + value.path("filename").asString("") + "]";
		}
		if (value.isArray()) {
			return value.isEmpty() ? "" : gist(value.get(value.size() - 1));
		}
		if (value.path("message").isObject()) {
			return gist(value.path("message"));
		}
		if (!value.path("tool_calls").isEmpty()) {
			return StreamSupport.stream(value.path("tool_calls").spliterator(), false)
				.map((call) -> call.path("function"))
				.map((function) -> function.path("name").asString("") + function.path("arguments").asString(""))
				.collect(Collectors.joining(", "));
		}
		for (String field : new String[] { "content", "text", "image_url", "url" }) {
			if (value.has(field)) {
				return gist(value.path(field));
			}
		}
		return value.toString();
	}

}
