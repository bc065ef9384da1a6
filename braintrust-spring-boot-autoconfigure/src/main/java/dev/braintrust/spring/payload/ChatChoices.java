package dev.braintrust.spring.payload;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.content.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;

/**
 * The answer of a model, as an array of OpenAI choices: {@code [{"index": 0,
 * "finish_reason": "stop", "message": {"role": "assistant", …}}]}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#output-capture">Braintrust's
 * instrumentation guide, "Output capture"</a>
 */
public final class ChatChoices extends JsonPayload {

	private final List<Choice> choices;

	/**
	 * Create a value from choices.
	 * @param choices the choices, in the order of their index
	 */
	public ChatChoices(List<Choice> choices) {
		this.choices = choices;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		for (int i = 0; i < this.choices.size(); i++) {
			Choice choice = this.choices.get(i);
			json.writeStartObject();
			json.writeNumberProperty("index", i);
			json.writeStringProperty("finish_reason", choice.finishReason());
			json.writeName("message");
			ChatMessages.writeAnswer(json, context, choice.message());
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	/**
	 * One choice of an answer.
	 *
	 * @param finishReason why the model stopped, in lower case, {@code null} where it is
	 * not known
	 * @param message the message
	 */
	public record Choice(@Nullable String finishReason, AssistantMessage message) {

		private static final Map<String, String> OPENAI_NAMES = Map.of("end_turn", "stop", "stop_sequence", "stop",
				"tool_use", "tool_calls", "max_tokens", "length", "safety", "content_filter", "refusal",
				"content_filter");

		public Choice {
			finishReason = (finishReason != null && !finishReason.isEmpty()) ? normalize(finishReason) : null;
		}

		private static String normalize(String finishReason) {
			String lowerCase = finishReason.toLowerCase(Locale.ROOT);
			return OPENAI_NAMES.getOrDefault(lowerCase, lowerCase);
		}

	}

}
