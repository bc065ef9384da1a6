package dev.braintrust.spring.ai.message;

import java.util.Arrays;
import java.util.List;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.json.JsonPayload;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;

/**
 * Messages sent to a model, as an array of OpenAI chat messages: {@code [{"role": "user",
 * "content": "…"}, …]}. A message with several tool results is one {@code tool} message
 * for each. In the format of OpenTelemetry's conventions for generative AI it is an array
 * of messages with parts: {@code [{"role": "user", "parts": [{"type": "text", "content":
 * "…"}]}, …]}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#input-capture">Braintrust's
 * instrumentation guide, "Input capture"</a>
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/gen-ai/gen-ai-input-messages.json">OpenTelemetry's
 * schema of input messages</a>
 */
public final class ChatMessages extends JsonPayload {

	private final Message[] messages;

	private final MediaShape shape;

	public ChatMessages(List<Message> messages) {
		this(messages, MediaShape.OPENAI);
	}

	public ChatMessages(List<Message> messages, MediaShape shape) {
		this.messages = messages.toArray(Message[]::new);
		for (int i = 0; i < this.messages.length; i++) {
			this.messages[i] = MessageSnapshot.of(this.messages[i]);
		}
		this.shape = shape;
	}

	// Count the tool calls of messages that have no id, as those of Google's models.
	public static int callsWithoutId(List<Message> messages) {
		int count = 0;
		for (Message message : messages) {
			if (message instanceof AssistantMessage answer) {
				for (AssistantMessage.ToolCall call : answer.getToolCalls()) {
					count += ToolCallIds.isMissing(call.id()) ? 1 : 0;
				}
			}
		}
		return count;
	}

	@Override
	public long size() {
		return MessageSize.of(Arrays.asList(this.messages));
	}

	@Override
	public boolean isMessages() {
		return true;
	}

	@Override
	public List<Attachment> attachments() {
		return MessageMedia.attachments(Arrays.asList(this.messages));
	}

	@Override
	public ChatMessages without(List<Attachment> attachments, String reason) {
		return new ChatMessages(MessageMedia.without(Arrays.asList(this.messages), attachments, reason), this.shape);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		boolean genAi = ContentJson.isGenAi(context);
		ToolCallIds ids = new ToolCallIds(0);
		json.writeStartArray();
		for (Message message : this.messages) {
			if (genAi) {
				GenAiMessages.write(json, context, ids, message);
			}
			else {
				OpenAiMessages.write(json, context, ids, message, this.shape);
			}
		}
		json.writeEndArray();
	}

}
