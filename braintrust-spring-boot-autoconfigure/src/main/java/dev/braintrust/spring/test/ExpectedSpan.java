package dev.braintrust.spring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Describes a span that a test expects, such as
 * {@code llm().model("gpt-5-mini").inputContaining("order 4711")}. Each method returns a
 * new expectation with one more condition.
 */
public final class ExpectedSpan {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final List<Condition> conditions;

	private final List<ExpectedSpan> children;

	private ExpectedSpan(List<Condition> conditions, List<ExpectedSpan> children) {
		this.conditions = conditions;
		this.children = children;
	}

	/**
	 * Any span.
	 * @return an expectation without a condition
	 */
	public static ExpectedSpan span() {
		return new ExpectedSpan(List.of(), List.of());
	}

	/**
	 * A span of any type, by its name.
	 * @param name the name
	 * @return the expectation
	 */
	public static ExpectedSpan span(String name) {
		return span().named(name);
	}

	/**
	 * A model call.
	 * @return the expectation
	 */
	public static ExpectedSpan llm() {
		return ofType("llm");
	}

	/**
	 * A task: a use of a client, or a task span of your own.
	 * @param name the name
	 * @return the expectation
	 */
	public static ExpectedSpan task(String name) {
		return ofType("task").named(name);
	}

	/**
	 * A tool execution.
	 * @param name the name of the tool
	 * @return the expectation
	 */
	public static ExpectedSpan tool(String name) {
		return ofType("tool").named(name);
	}

	/**
	 * A function.
	 * @param name the name
	 * @return the expectation
	 */
	public static ExpectedSpan function(String name) {
		return ofType("function").named(name);
	}

	private static ExpectedSpan ofType(String type) {
		return span().satisfying("type " + type, (span) -> span.type().equals(type));
	}

	/**
	 * Expect a name.
	 * @param name the name
	 * @return a new expectation
	 */
	public ExpectedSpan named(String name) {
		return satisfying("name '" + name + "'", (span) -> span.name().equals(name));
	}

	/**
	 * Expect the model that the call asked for.
	 * @param model the name of the model
	 * @return a new expectation
	 */
	public ExpectedSpan model(String model) {
		return metadata("model", model);
	}

	/**
	 * Expect a text in the input: in one of its texts, or in its JSON.
	 * @param text the text
	 * @return a new expectation
	 */
	public ExpectedSpan inputContaining(String text) {
		return satisfying("input containing '" + text + "'", (span) -> contains(span.input(), text));
	}

	/**
	 * Expect a text in the output: in one of its texts, or in its JSON.
	 * @param text the text
	 * @return a new expectation
	 */
	public ExpectedSpan outputContaining(String text) {
		return satisfying("output containing '" + text + "'", (span) -> contains(span.output(), text));
	}

	/**
	 * Expect an entry of the metadata.
	 * @param key the key
	 * @param value the value, compared as JSON
	 * @return a new expectation
	 */
	public ExpectedSpan metadata(String key, Object value) {
		JsonNode json = JSON.readTree(JSON.writeValueAsString(value));
		return satisfying("metadata " + key + "=" + json, (span) -> span.metadata().path(key).equals(json));
	}

	/**
	 * Expect a metric.
	 * @param key the key, such as {@code prompt_tokens}
	 * @param value the value
	 * @return a new expectation
	 */
	public ExpectedSpan metric(String key, double value) {
		return satisfying("metric " + key + "=" + value,
				(span) -> span.metrics().path(key).isNumber() && span.metrics().path(key).asDouble() == value);
	}

	/**
	 * Expect a score.
	 * @param name the name of the score
	 * @param value the value, 0 to 1
	 * @return a new expectation
	 */
	public ExpectedSpan score(String name, double value) {
		return satisfying("score " + name + "=" + value,
				(span) -> span.scores().path(name).isNumber() && span.scores().path(name).asDouble() == value);
	}

	/**
	 * Expect a tag.
	 * @param tag the tag
	 * @return a new expectation
	 */
	public ExpectedSpan tag(String tag) {
		return satisfying("tag '" + tag + "'", (span) -> span.tags().contains(tag));
	}

	/**
	 * Expect an error whose message contains a text.
	 * @param text the text; an empty text matches any error
	 * @return a new expectation
	 */
	public ExpectedSpan failedWith(String text) {
		return satisfying("an error containing '" + text + "'",
				(span) -> span.isError() && span.errorMessage().contains(text));
	}

	/**
	 * Expect no error.
	 * @return a new expectation
	 */
	public ExpectedSpan withoutError() {
		return satisfying("no error", (span) -> !span.isError());
	}

	/**
	 * Expect a child.
	 * @param child the expected child
	 * @return a new expectation
	 */
	public ExpectedSpan withChild(ExpectedSpan child) {
		return new ExpectedSpan(this.conditions, with(this.children, child));
	}

	/**
	 * Expect any other condition.
	 * @param description the condition in words, for the failure message
	 * @param condition the condition that the span must meet
	 * @return a new expectation
	 */
	public ExpectedSpan satisfying(String description, Predicate<RecordedSpan> condition) {
		return new ExpectedSpan(with(this.conditions, new Condition(description, condition)), this.children);
	}

	/**
	 * Return the first condition that a span does not meet.
	 * @param trace the trace of the span
	 * @param span the span
	 * @return the mismatch in words, empty if the span matches
	 */
	public Optional<String> mismatch(RecordedTrace trace, RecordedSpan span) {
		for (Condition condition : this.conditions) {
			if (!condition.predicate().test(span)) {
				return Optional.of("not " + condition.description());
			}
		}
		for (ExpectedSpan child : this.children) {
			if (trace.children(span).stream().noneMatch((candidate) -> child.mismatch(trace, candidate).isEmpty())) {
				return Optional.of("no child with " + child);
			}
		}
		return Optional.empty();
	}

	private static boolean contains(JsonNode node, String text) {
		return node.isString() ? node.asString().contains(text)
				: node.toString().contains(text) || node.valueStream().anyMatch((value) -> contains(value, text));
	}

	private static <T> List<T> with(List<T> list, T element) {
		List<T> longer = new ArrayList<>(list);
		longer.add(element);
		return List.copyOf(longer);
	}

	@Override
	public String toString() {
		String text = this.conditions.stream().map(Condition::description).collect(Collectors.joining(", "));
		return (text.isEmpty() ? "anything" : text)
				+ this.children.stream().map((child) -> ", child [" + child + "]").collect(Collectors.joining());
	}

	/**
	 * A condition and its description.
	 *
	 * @param description the condition in words
	 * @param predicate the condition
	 */
	private record Condition(String description, Predicate<RecordedSpan> predicate) {
	}

}
