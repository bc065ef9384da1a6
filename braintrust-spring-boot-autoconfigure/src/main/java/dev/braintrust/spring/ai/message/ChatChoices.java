package dev.braintrust.spring.ai.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;

/**
 * The answer of a model, as an array of OpenAI choices: {@code [{"index": 0,
 * "finish_reason": "stop", "message": {"role": "assistant", …}}]}. In the format of
 * OpenTelemetry's conventions for generative AI, it is an array of output messages:
 * {@code [{"role": "assistant", "parts": […], "finish_reason": "stop"}]}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#output-capture">Braintrust's
 * instrumentation guide, "Output capture"</a>
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/gen-ai/gen-ai-output-messages.json">OpenTelemetry's
 * schema of output messages</a>
 */
public final class ChatChoices extends JsonPayload {

	private final Choice[] choices;

	private final int callsBefore;

	public ChatChoices(List<Choice> choices) {
		this(choices, List.of());
	}

	// The choices of an answer, with the messages before it. If tool calls of the answer
	// have no ids, the earlier calls without ids are counted.
	public ChatChoices(List<Choice> choices, List<Message> before) {
		this(choices.toArray(Choice[]::new), hasCallWithoutId(choices) ? ChatMessages.callsWithoutId(before) : 0);
	}

	private ChatChoices(Choice[] choices, int callsBefore) {
		this.choices = choices;
		this.callsBefore = callsBefore;
	}

	private static boolean hasCallWithoutId(List<Choice> choices) {
		for (Choice choice : choices) {
			if (MessageWriter.callsWithoutId(choice.toolCalls()) > 0) {
				return true;
			}
		}
		return false;
	}

	@Override
	public long size() {
		long size = 0;
		for (Choice choice : this.choices) {
			size += CapturedMessage.size(choice.message());
		}
		return size;
	}

	@Override
	public boolean isMessages() {
		return true;
	}

	@Override
	public List<Attachment> attachments() {
		List<Message> messages = new ArrayList<>(this.choices.length);
		for (Choice choice : this.choices) {
			messages.add(choice.message());
		}
		return CapturedMessage.attachments(messages);
	}

	@Override
	public ChatChoices without(List<Attachment> attachments, String reason) {
		return new ChatChoices(Arrays.stream(this.choices)
			.map((choice) -> new Choice(choice.index(), choice.finishReason(),
					CapturedMessage.without(choice.message(), attachments, reason)))
			.toArray(Choice[]::new), this.callsBefore);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		MessageWriter writer = MessageWriter.of(json, context, MediaPart::write, this.callsBefore);
		json.writeStartArray();
		for (Choice choice : this.choices) {
			writer.write(choice);
		}
		json.writeEndArray();
	}

	// A snapshot of one choice of an answer.
	public record Choice(int index, @Nullable String finishReason, Message message) {

		private static final String TOOL_CALLS = "tool_calls";

		private static final Map<String, String> OPENAI_NAMES = Map.ofEntries(Map.entry("end_turn", "stop"),
				Map.entry("stop_sequence", "stop"), Map.entry("tool_use", TOOL_CALLS),
				Map.entry("max_tokens", "length"), Map.entry("model_length", "length"),
				Map.entry("model_context_window_exceeded", "length"), Map.entry("refusal", "content_filter"),
				Map.entry("safety", "content_filter"), Map.entry("recitation", "content_filter"),
				Map.entry("blocklist", "content_filter"), Map.entry("prohibited_content", "content_filter"),
				Map.entry("spii", "content_filter"), Map.entry("image_safety", "content_filter"),
				Map.entry("content_filtered", "content_filter"), Map.entry("guardrail_intervened", "content_filter"));

		public Choice {
			message = CapturedMessage.of(message);
			finishReason = normalize(finishReason, hasToolCalls(message));
		}

		private static @Nullable String normalize(@Nullable String finishReason, boolean toolCalls) {
			String lowerCase = (finishReason != null) ? finishReason.toLowerCase(Locale.ROOT) : "";
			String name = OPENAI_NAMES.getOrDefault(lowerCase, lowerCase);
			// Google's models finish with the same reason whether they call a tool
			// or not.
			if (toolCalls && (name.isEmpty() || name.equals("stop"))) {
				return TOOL_CALLS;
			}
			return name.isEmpty() ? null : name;
		}

		private static boolean hasToolCalls(Message message) {
			return message instanceof CapturedMessage captured && !captured.toolCalls().isEmpty();
		}

		public List<AssistantMessage.ToolCall> toolCalls() {
			return (this.message instanceof CapturedMessage captured) ? captured.toolCalls() : List.of();
		}

		// The schema requires a finish reason, even if the stream was cut off.
		String genAiFinishReason() {
			String reason = this.finishReason;
			if (reason == null) {
				return "unknown";
			}
			return reason.equals(TOOL_CALLS) ? "tool_call" : reason;
		}

	}

}
