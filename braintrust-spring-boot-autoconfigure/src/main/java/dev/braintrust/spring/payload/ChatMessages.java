package dev.braintrust.spring.payload;

import java.util.List;

import dev.braintrust.spring.content.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;

/**
 * Messages sent to a model, as an array of OpenAI chat messages: {@code [{"role": "user",
 * "content": "…"}, …]}. A message with several tool results is one {@code tool} message
 * for each.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#input-capture">Braintrust's
 * instrumentation guide, "Input capture"</a>
 */
public final class ChatMessages extends JsonPayload {

	private final List<Message> messages;

	/**
	 * Create a value from messages.
	 * @param messages the messages
	 */
	public ChatMessages(List<Message> messages) {
		this.messages = messages;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		for (Message message : this.messages) {
			if (message instanceof ToolResponseMessage results) {
				results.getResponses().forEach((result) -> writeToolResult(json, result));
			}
			else if (message instanceof AssistantMessage answer) {
				writeAnswer(json, context, answer);
			}
			else {
				writeMessage(json, context, message);
			}
		}
		json.writeEndArray();
	}

	private static void writeMessage(JsonGenerator json, SerializationContext context, Message message) {
		json.writeStartObject();
		json.writeStringProperty("role", message.getMessageType().getValue());
		json.writeName("content");
		List<Media> media = (message instanceof MediaContent content) ? content.getMedia() : List.of();
		writeContent(json, context, message.getText(), media);
		json.writeEndObject();
	}

	private static void writeToolResult(JsonGenerator json, ToolResponseMessage.ToolResponse result) {
		json.writeStartObject();
		json.writeStringProperty("role", "tool");
		json.writeStringProperty("tool_call_id", result.id());
		json.writeStringProperty("content", result.responseData());
		json.writeEndObject();
	}

	// An assistant message stands in the output of one call and in the input of later
	// ones.
	static void writeAnswer(JsonGenerator json, SerializationContext context, AssistantMessage answer) {
		json.writeStartObject();
		json.writeStringProperty("role", "assistant");
		json.writeName("content");
		String text = answer.getText();
		boolean toolCallsAlone = answer.hasToolCalls() && (text == null || text.isEmpty());
		writeContent(json, context, toolCallsAlone ? null : text, answer.getMedia());
		if (answer.hasToolCalls()) {
			json.writeArrayPropertyStart("tool_calls");
			answer.getToolCalls().forEach((call) -> writeToolCall(json, call));
			json.writeEndArray();
		}
		json.writeEndObject();
	}

	private static void writeToolCall(JsonGenerator json, AssistantMessage.ToolCall call) {
		json.writeStartObject();
		json.writeStringProperty("id", call.id());
		json.writeStringProperty("type", "function");
		json.writeObjectPropertyStart("function");
		json.writeStringProperty("name", call.name());
		json.writeStringProperty("arguments", call.arguments());
		json.writeEndObject();
		json.writeEndObject();
	}

	private static void writeContent(JsonGenerator json, SerializationContext context, @Nullable String text,
			List<Media> media) {
		if (media.isEmpty()) {
			json.writeString(text);
			return;
		}
		json.writeStartArray();
		if (text != null && !text.isEmpty()) {
			json.writeStartObject();
			json.writeStringProperty("type", "text");
			json.writeStringProperty("text", text);
			json.writeEndObject();
		}
		media.forEach((part) -> MediaPart.write(json, context, part));
		json.writeEndArray();
	}

}
