package dev.braintrust.spring.ai.message;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;

/**
 * The answer of a model, as an array of OpenAI choices: {@code [{"index": 0,
 * "finish_reason": "stop", "message": {"role": "assistant", …}}]}. In the format of
 * OpenTelemetry's conventions for generative AI it is an array of output messages:
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
		this(choices, 0);
	}

	public ChatChoices(List<Choice> choices, int callsBefore) {
		this.choices = choices.toArray(Choice[]::new);
		for (int i = 0; i < this.choices.length; i++) {
			this.choices[i] = this.choices[i].snapshot();
		}
		this.callsBefore = callsBefore;
	}

	@Override
	public long size() {
		long size = 0;
		for (Choice choice : this.choices) {
			size += MessageSize.of(choice.message());
		}
		return size;
	}

	@Override
	public boolean isMessages() {
		return true;
	}

	@Override
	public List<Attachment> attachments() {
		return MessageMedia.attachments(Arrays.stream(this.choices).<Message>map(Choice::message).toList());
	}

	@Override
	public ChatChoices without(List<Attachment> attachments, String reason) {
		return new ChatChoices(
				Arrays.stream(this.choices).map((choice) -> choice.without(attachments, reason)).toList(),
				this.callsBefore);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		boolean genAi = ContentJson.isGenAi(context);
		ToolCallIds ids = new ToolCallIds(this.callsBefore);
		json.writeStartArray();
		for (Choice choice : this.choices) {
			json.writeStartObject();
			if (genAi) {
				json.writeStringProperty("role", "assistant");
				GenAiMessages.writeAnswerParts(json, context, ids, choice.message());
				json.writeStringProperty("finish_reason", choice.genAiFinishReason());
			}
			else {
				json.writeNumberProperty("index", choice.index());
				json.writeStringProperty("finish_reason", choice.finishReason());
				json.writeName("message");
				OpenAiMessages.writeAnswer(json, context, ids, choice.message());
			}
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	// One choice of an answer.
	public record Choice(int index, @Nullable String finishReason, AssistantMessage message) {

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
			finishReason = normalize(finishReason, message);
		}

		private static @Nullable String normalize(@Nullable String finishReason, AssistantMessage message) {
			String lowerCase = (finishReason != null) ? finishReason.toLowerCase(Locale.ROOT) : "";
			String name = OPENAI_NAMES.getOrDefault(lowerCase, lowerCase);
			// Google's models stop to call a tool as they stop for good.
			if (message.hasToolCalls() && (name.isEmpty() || name.equals("stop"))) {
				return TOOL_CALLS;
			}
			return name.isEmpty() ? null : name;
		}

		Choice without(List<Attachment> attachments, String reason) {
			AssistantMessage lighter = (AssistantMessage) MessageMedia.without(this.message, attachments, reason);
			return new Choice(this.index, this.finishReason, lighter);
		}

		private Choice snapshot() {
			AssistantMessage taken = MessageSnapshot.of(this.message);
			return (taken != this.message) ? new Choice(this.index, this.finishReason, taken) : this;
		}

		// The schema requires one; a stream that is cut has none.
		String genAiFinishReason() {
			String reason = this.finishReason;
			if (reason == null) {
				return "unknown";
			}
			return reason.equals(TOOL_CALLS) ? "tool_call" : reason;
		}

	}

}
