package dev.braintrust.spring.sample.offline;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A model's answer: a text, or tool calls.
 *
 * @param text the text, or {@code null} for tool calls
 * @param toolCalls the calls, empty for a text
 */
record Reply(@Nullable String text, List<ToolCall> toolCalls) {

	static Reply text(String text) {
		return new Reply(text, List.of());
	}

	static Reply toolCall(String name, String arguments) {
		String id = "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
		return new Reply(null, List.of(new ToolCall(id, name, arguments)));
	}

	/**
	 * A tool call.
	 *
	 * @param id the id that the tool's result refers to
	 * @param name the name of the tool
	 * @param arguments its arguments, a JSON object
	 */
	record ToolCall(String id, String name, String arguments) {
	}

}
