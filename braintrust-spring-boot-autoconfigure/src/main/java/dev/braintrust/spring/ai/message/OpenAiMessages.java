package dev.braintrust.spring.ai.message;

import java.util.List;

import dev.braintrust.spring.content.ContentJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.util.StringUtils;

/**
 * Writes messages in the format of OpenAI's chat completions.
 * <p>
 * The reasoning of a model is written in the message beside its content:
 * {@code "reasoning": [{"content": "…"}]}. OpenAI's chat completions have no field for
 * it, and the guide only defines one for the Responses API; this is the field in
 * Braintrust's own type of chat messages.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-proxy/blob/main/packages/proxy/src/generated_types.ts">Braintrust's
 * types, {@code ChatCompletionMessageParam}</a>
 */
final class OpenAiMessages extends MessageWriter {

	private final ChatMessages.MediaShape shape;

	OpenAiMessages(JsonGenerator json, SerializationContext context, ChatMessages.MediaShape shape) {
		super(json, context);
		this.shape = shape;
	}

	@Override
	void write(ChatChoices.Choice choice) {
		this.json.writeStartObject();
		this.json.writeNumberProperty("index", choice.index());
		this.json.writeStringProperty("finish_reason", choice.finishReason());
		this.json.writeName("message");
		write(choice.message());
		this.json.writeEndObject();
	}

	@Override
	void write(Message message) {
		if (!(message instanceof CapturedMessage captured)) {
			writePlain(message.getMessageType(), message.getText(), List.of());
		}
		else if (captured.type() == MessageType.TOOL
				&& (!captured.results().isEmpty() || !StringUtils.hasLength(captured.text()))) {
			captured.results().forEach(this::writeResult);
		}
		else if (captured.type() == MessageType.ASSISTANT) {
			writeAnswer(captured);
		}
		else {
			writePlain(captured.type(), captured.text(), captured.media());
		}
	}

	private void writePlain(MessageType role, @Nullable String text, List<MediaPart> media) {
		this.json.writeStartObject();
		this.json.writeStringProperty("role", role.getValue());
		writeContent(text, media, this.shape);
		this.json.writeEndObject();
	}

	private void writeAnswer(CapturedMessage answer) {
		this.json.writeStartObject();
		this.json.writeStringProperty("role", MessageType.ASSISTANT.getValue());
		boolean noText = (!answer.toolCalls().isEmpty() || answer.refusal() != null)
				&& !StringUtils.hasLength(answer.text());
		writeContent(noText ? null : answer.text(), answer.media(), MediaPart::write);
		if (answer.refusal() != null) {
			text("refusal", answer.refusal());
		}
		if (answer.reasoning() != null) {
			this.json.writeArrayPropertyStart("reasoning");
			this.json.writeStartObject();
			text("content", answer.reasoning());
			this.json.writeEndObject();
			this.json.writeEndArray();
		}
		if (!answer.toolCalls().isEmpty()) {
			this.json.writeArrayPropertyStart("tool_calls");
			answer.toolCalls().forEach(this::writeCall);
			this.json.writeEndArray();
		}
		this.json.writeEndObject();
	}

	private void writeCall(ToolCall call) {
		this.json.writeStartObject();
		this.json.writeStringProperty("id", idOfCall(call.id()));
		this.json.writeStringProperty("type", "function");
		this.json.writeObjectPropertyStart("function");
		this.json.writeStringProperty("name", call.name());
		text("arguments", call.arguments());
		this.json.writeEndObject();
		this.json.writeEndObject();
	}

	private void writeResult(ToolResponse result) {
		this.json.writeStartObject();
		this.json.writeStringProperty("role", MessageType.TOOL.getValue());
		this.json.writeStringProperty("tool_call_id", idOfResult(result.id()));
		ContentJson.SplitText split = ContentJson.split(this.context, result.responseData());
		if (split.attachments().isEmpty()) {
			text("content", split.text());
		}
		else {
			this.json.writeArrayPropertyStart("content");
			writeText(split.text());
			split.attachments().forEach((attachment) -> MediaPart.write(this.json, attachment));
			this.json.writeEndArray();
		}
		this.json.writeEndObject();
	}

	private void writeContent(@Nullable String text, List<MediaPart> media, ChatMessages.MediaShape shape) {
		if (media.isEmpty()) {
			text("content", text);
			return;
		}
		this.json.writeArrayPropertyStart("content");
		writeText(text);
		for (MediaPart part : media) {
			shape.write(this.json, part.record(this.context));
		}
		this.json.writeEndArray();
	}

	private void writeText(@Nullable String text) {
		if (StringUtils.hasLength(text)) {
			this.json.writeStartObject();
			this.json.writeStringProperty("type", "text");
			text("text", text);
			this.json.writeEndObject();
		}
	}

}
