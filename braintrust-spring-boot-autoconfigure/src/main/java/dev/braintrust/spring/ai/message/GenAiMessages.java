package dev.braintrust.spring.ai.message;

import java.util.List;

import dev.braintrust.spring.content.ContentJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.util.StringUtils;

/**
 * Writes messages as OpenTelemetry's conventions for generative AI have them: a role and
 * parts. Arguments and results of tools are JSON where they are, else the text as it is.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/gen-ai/gen-ai-input-messages.json">OpenTelemetry's
 * schema of input messages</a>
 */
final class GenAiMessages {

	private GenAiMessages() {
	}

	static void write(JsonGenerator json, SerializationContext context, ToolCallIds ids, Message message) {
		json.writeStartObject();
		json.writeStringProperty("role", message.getMessageType().getValue());
		if (message instanceof AssistantMessage answer) {
			writeAnswerParts(json, context, ids, answer);
		}
		else {
			json.writeArrayPropertyStart("parts");
			if (message instanceof ToolResponseMessage results) {
				for (ToolResponseMessage.ToolResponse result : results.getResponses()) {
					writeToolResult(json, context, ids, result);
				}
			}
			else {
				writeContent(json, context, message.getText(),
						(message instanceof MediaContent content) ? content.getMedia() : List.of());
			}
			json.writeEndArray();
		}
		json.writeEndObject();
	}

	static void writeAnswerParts(JsonGenerator json, SerializationContext context, ToolCallIds ids,
			AssistantMessage answer) {
		json.writeArrayPropertyStart("parts");
		String reasoning = AnswerContent.reasoning(answer);
		if (reasoning != null) {
			writePart(json, context, "reasoning", reasoning);
		}
		writeContent(json, context, answer.getText(), answer.getMedia());
		String refusal = AnswerContent.refusal(answer);
		if (refusal != null) {
			writePart(json, context, "refusal", refusal);
		}
		for (AssistantMessage.ToolCall call : answer.getToolCalls()) {
			writeToolCall(json, context, ids, call);
		}
		json.writeEndArray();
	}

	private static void writeContent(JsonGenerator json, SerializationContext context, @Nullable String text,
			List<Media> media) {
		if (StringUtils.hasLength(text)) {
			writePart(json, context, "text", text);
		}
		for (Media part : media) {
			MediaPart.record(context, part).writePart(json);
		}
	}

	private static void writePart(JsonGenerator json, SerializationContext context, String type, String content) {
		json.writeStartObject();
		json.writeStringProperty("type", type);
		ContentJson.text(json, context, "content", content);
		json.writeEndObject();
	}

	private static void writeToolCall(JsonGenerator json, SerializationContext context, ToolCallIds ids,
			AssistantMessage.ToolCall call) {
		json.writeStartObject();
		json.writeStringProperty("type", "tool_call");
		json.writeStringProperty("id", ids.ofCall(call.id()));
		json.writeStringProperty("name", call.name());
		json.writeName("arguments");
		new JsonText(call.arguments()).serialize(json, context);
		json.writeEndObject();
	}

	private static void writeToolResult(JsonGenerator json, SerializationContext context, ToolCallIds ids,
			ToolResponseMessage.ToolResponse result) {
		json.writeStartObject();
		json.writeStringProperty("type", "tool_call_response");
		json.writeStringProperty("id", ids.ofResult(result.id()));
		json.writeName("response");
		new JsonText(result.responseData()).serialize(json, context);
		json.writeEndObject();
	}

}
