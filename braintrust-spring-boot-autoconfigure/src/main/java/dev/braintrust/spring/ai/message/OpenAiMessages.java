package dev.braintrust.spring.ai.message;

import java.util.List;

import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.SplitText;
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
 * Writes messages as OpenAI's chat completions have them.
 * <p>
 * What a model thought stands in the message beside its content: {@code "reasoning":
 * [{"content": "…"}]}. OpenAI's chat completions have no place for it, and the guide has
 * one for the Responses API alone; this is the place it has in Braintrust's own type of
 * chat messages.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-proxy/blob/main/packages/proxy/src/generated_types.ts">Braintrust's
 * types, {@code ChatCompletionMessageParam}</a>
 */
final class OpenAiMessages {

	private OpenAiMessages() {
	}

	static void write(JsonGenerator json, SerializationContext context, ToolCallIds ids, Message message,
			MediaShape shape) {
		if (message instanceof ToolResponseMessage results) {
			for (ToolResponseMessage.ToolResponse result : results.getResponses()) {
				writeToolResult(json, context, ids, result);
			}
		}
		else if (message instanceof AssistantMessage answer) {
			writeAnswer(json, context, ids, answer);
		}
		else {
			json.writeStartObject();
			json.writeStringProperty("role", message.getMessageType().getValue());
			json.writeName("content");
			List<Media> media = (message instanceof MediaContent content) ? content.getMedia() : List.of();
			writeContent(json, context, message.getText(), media, shape);
			json.writeEndObject();
		}
	}

	private static void writeToolResult(JsonGenerator json, SerializationContext context, ToolCallIds ids,
			ToolResponseMessage.ToolResponse result) {
		json.writeStartObject();
		json.writeStringProperty("role", "tool");
		json.writeStringProperty("tool_call_id", ids.ofResult(result.id()));
		json.writeName("content");
		SplitText split = ContentJson.split(context, result.responseData());
		if (split.attachments().isEmpty()) {
			ContentJson.text(json, context, split.text());
		}
		else {
			writeParts(json, context, split);
		}
		json.writeEndObject();
	}

	private static void writeParts(JsonGenerator json, SerializationContext context, SplitText split) {
		json.writeStartArray();
		if (!split.text().isEmpty()) {
			writeTextPart(json, context, split.text());
		}
		split.attachments().forEach((attachment) -> MediaPart.write(json, attachment));
		json.writeEndArray();
	}

	// An assistant message stands in the output of one call and in the input of later
	// ones.
	static void writeAnswer(JsonGenerator json, SerializationContext context, ToolCallIds ids,
			AssistantMessage answer) {
		json.writeStartObject();
		json.writeStringProperty("role", "assistant");
		json.writeName("content");
		String text = answer.getText();
		String refusal = AnswerContent.refusal(answer);
		boolean noText = (answer.hasToolCalls() || refusal != null) && !StringUtils.hasLength(text);
		writeContent(json, context, noText ? null : text, answer.getMedia(), MediaShape.OPENAI);
		if (refusal != null) {
			ContentJson.text(json, context, "refusal", refusal);
		}
		writeReasoning(json, context, AnswerContent.reasoning(answer));
		if (answer.hasToolCalls()) {
			json.writeArrayPropertyStart("tool_calls");
			for (AssistantMessage.ToolCall call : answer.getToolCalls()) {
				writeToolCall(json, context, ids, call);
			}
			json.writeEndArray();
		}
		json.writeEndObject();
	}

	private static void writeReasoning(JsonGenerator json, SerializationContext context, @Nullable String reasoning) {
		if (reasoning != null) {
			json.writeArrayPropertyStart("reasoning");
			json.writeStartObject();
			ContentJson.text(json, context, "content", reasoning);
			json.writeEndObject();
			json.writeEndArray();
		}
	}

	private static void writeToolCall(JsonGenerator json, SerializationContext context, ToolCallIds ids,
			AssistantMessage.ToolCall call) {
		json.writeStartObject();
		json.writeStringProperty("id", ids.ofCall(call.id()));
		json.writeStringProperty("type", "function");
		json.writeObjectPropertyStart("function");
		json.writeStringProperty("name", call.name());
		ContentJson.text(json, context, "arguments", call.arguments());
		json.writeEndObject();
		json.writeEndObject();
	}

	private static void writeContent(JsonGenerator json, SerializationContext context, @Nullable String text,
			List<Media> media, MediaShape shape) {
		if (media.isEmpty()) {
			ContentJson.text(json, context, text);
			return;
		}
		json.writeStartArray();
		if (StringUtils.hasLength(text)) {
			writeTextPart(json, context, text);
		}
		for (Media part : media) {
			shape.write(json, MediaPart.record(context, part));
		}
		json.writeEndArray();
	}

	private static void writeTextPart(JsonGenerator json, SerializationContext context, String text) {
		json.writeStartObject();
		json.writeStringProperty("type", "text");
		ContentJson.text(json, context, "text", text);
		json.writeEndObject();
	}

}
