package dev.braintrust.spring.ai.message;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.util.StringUtils;

/**
 * Writes messages in the format of OpenTelemetry's conventions for generative AI: a role
 * and parts. Arguments and results of tools are written as JSON if they are JSON, else as
 * text.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/gen-ai/gen-ai-input-messages.json">OpenTelemetry's
 * schema of input messages</a>
 */
final class GenAiMessages extends MessageWriter {

	GenAiMessages(JsonGenerator json, SerializationContext context) {
		super(json, context);
	}

	@Override
	void write(Message message) {
		this.json.writeStartObject();
		writeContent(CapturedMessage.parts(message));
		this.json.writeEndObject();
	}

	@Override
	void write(ChatChoices.Choice choice) {
		this.json.writeStartObject();
		writeContent(CapturedMessage.parts(choice.message()));
		this.json.writeStringProperty("finish_reason", choice.genAiFinishReason());
		this.json.writeEndObject();
	}

	private void writeContent(CapturedMessage message) {
		this.json.writeStringProperty("role", message.type().getValue());
		this.json.writeArrayPropertyStart("parts");
		message.results().forEach(this::writeResult);
		writePart("reasoning", message.reasoning());
		writePart("text", message.results().isEmpty() ? message.text() : null);
		for (MediaPart part : message.media()) {
			part.record(this.context).writePart(this.json);
		}
		writePart("refusal", message.refusal());
		message.toolCalls().forEach(this::writeCall);
		this.json.writeEndArray();
	}

	private void writePart(String type, @Nullable String content) {
		if (StringUtils.hasLength(content)) {
			this.json.writeStartObject();
			this.json.writeStringProperty("type", type);
			text("content", content);
			this.json.writeEndObject();
		}
	}

	private void writeCall(ToolCall call) {
		this.json.writeStartObject();
		this.json.writeStringProperty("type", "tool_call");
		this.json.writeStringProperty("id", idOfCall(call.id()));
		this.json.writeStringProperty("name", call.name());
		this.json.writeName("arguments");
		new JsonText(call.arguments()).serialize(this.json, this.context);
		this.json.writeEndObject();
	}

	private void writeResult(ToolResponse result) {
		this.json.writeStartObject();
		this.json.writeStringProperty("type", "tool_call_response");
		this.json.writeStringProperty("id", idOfResult(result.id()));
		this.json.writeName("response");
		new JsonText(result.responseData()).serialize(this.json, this.context);
		this.json.writeEndObject();
	}

}
