package dev.braintrust.spring.ai.message;

import java.util.List;

import dev.braintrust.spring.content.ContentJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;

/**
 * Writes the messages of one conversation in one of the two formats.
 * <p>
 * If a provider, such as Google, gives tool calls no ids, the calls are numbered within
 * the conversation: {@code call_1}. Results are in the order of their calls, so the same
 * numbers connect results to calls in every span of a tool loop.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#tool-calls-in-completion-api-output">Braintrust's
 * instrumentation guide, "Tool calls in completion API output"</a>
 */
abstract class MessageWriter {

	final JsonGenerator json;

	final SerializationContext context;

	private int calls;

	private int results;

	MessageWriter(JsonGenerator json, SerializationContext context) {
		this.json = json;
		this.context = context;
	}

	static MessageWriter of(JsonGenerator json, SerializationContext context, ChatMessages.MediaShape shape,
			int callsBefore) {
		MessageWriter writer = ContentJson.isGenAi(context) ? new GenAiMessages(json, context)
				: new OpenAiMessages(json, context, shape);
		writer.calls = callsBefore;
		return writer;
	}

	abstract void write(Message message);

	// Write a choice of an answer.
	abstract void write(ChatChoices.Choice choice);

	final void text(String name, @Nullable String text) {
		ContentJson.text(this.json, this.context, name, text);
	}

	static int callsWithoutId(List<AssistantMessage.ToolCall> calls) {
		int count = 0;
		for (AssistantMessage.ToolCall call : calls) {
			count += isMissing(call.id()) ? 1 : 0;
		}
		return count;
	}

	private static boolean isMissing(@Nullable String id) {
		return id == null || id.isEmpty();
	}

	final String idOfCall(String id) {
		return isMissing(id) ? "call_" + (++this.calls) : id;
	}

	final String idOfResult(String id) {
		return isMissing(id) ? "call_" + (++this.results) : id;
	}

}
