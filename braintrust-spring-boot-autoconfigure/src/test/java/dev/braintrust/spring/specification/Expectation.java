package dev.braintrust.spring.specification;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;

/**
 * The expectation of a value, from a tag in a case of the specification.
 */
sealed interface Expectation {

	/**
	 * A predicate by its name, or a Python expression of the form
	 * {@code lambda value: "X" in value}.
	 */
	record Predicate(String expression) implements Expectation {

		private static final Pattern CONTAINS = Pattern
			.compile("lambda (?<name>\\w+): (?<quote>[\"'])(?<text>.*)\\k<quote> in \\k<name>");

		private static final Map<String, java.util.function.Predicate<JsonNode>> NAMED = Map.of(
				"is_non_negative_number", (value) -> value.isNumber() && value.asDouble() >= 0, "is_positive_number",
				(value) -> value.isNumber() && value.asDouble() > 0, "undefined_or_null",
				(value) -> value.isMissingNode() || value.isNull(), "is_non_empty_string",
				(value) -> value.isString() && !value.asString().isEmpty(), "is_reasoning_message",
				Predicate::isReasoning);

		boolean holds(JsonNode value) {
			if (NAMED.containsKey(this.expression)) {
				return NAMED.get(this.expression).test(value);
			}
			Matcher contains = CONTAINS.matcher(this.expression);
			if (!contains.matches()) {
				throw new IllegalArgumentException("Unknown predicate '" + this.expression + "'");
			}
			return contains(value, contains.group("text"));
		}

		// In Python, "in" tests for a substring of a text and for an element of a list.
		private static boolean contains(JsonNode value, String text) {
			return value.isString() ? value.asString().contains(text)
					: value.isArray() && StreamSupport.stream(value.spliterator(), false)
						.anyMatch((element) -> element.isString() && element.asString().equals(text));
		}

		private static boolean isReasoning(JsonNode value) {
			return value.isArray() && StreamSupport.stream(value.spliterator(), false)
				.allMatch((part) -> part.path("type").asString("").equals("summary_text")
						&& !part.path("text").asString("").isEmpty());
		}

		@Override
		public String toString() {
			return this.expression;
		}

	}

	/**
	 * A text with a prefix.
	 */
	record Prefix(String prefix) implements Expectation {

		@Override
		public String toString() {
			return "starts with '" + this.prefix + "'";
		}

	}

	/**
	 * One of several alternatives.
	 */
	record AnyOf(List<?> alternatives) implements Expectation {
	}

}
