package dev.braintrust.spring.ai.message;

import org.jspecify.annotations.Nullable;

/**
 * The ids of tool calls. A provider that gives none, as Google, gets the number of the
 * call in the conversation: {@code call_1}. Results come in the order of their calls, so
 * the same numbers tell which result belongs to which call, in every span of a tool loop.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#tool-calls-in-completion-api-output">Braintrust's
 * instrumentation guide, "Tool calls in completion API output"</a>
 */
final class ToolCallIds {

	private int calls;

	private int results;

	ToolCallIds(int callsBefore) {
		this.calls = callsBefore;
	}

	static boolean isMissing(@Nullable String id) {
		return id == null || id.isEmpty();
	}

	String ofCall(@Nullable String id) {
		return (id != null && !id.isEmpty()) ? id : "call_" + (++this.calls);
	}

	String ofResult(@Nullable String id) {
		return (id != null && !id.isEmpty()) ? id : "call_" + (++this.results);
	}

}
