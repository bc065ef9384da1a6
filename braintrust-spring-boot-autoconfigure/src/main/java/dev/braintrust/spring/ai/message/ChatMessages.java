package dev.braintrust.spring.ai.message;

import java.util.Arrays;
import java.util.List;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.RecordedAttachment;
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
 */
public final class ChatMessages extends JsonPayload {

	private final Message[] messages;

	private final MediaShape shape;

	public ChatMessages(List<? extends Message> messages) {
		this(messages, MediaPart::write);
	}

	public ChatMessages(List<? extends Message> messages, MediaShape shape) {
		this.messages = messages.toArray(Message[]::new);
		for (int i = 0; i < this.messages.length; i++) {
			this.messages[i] = CapturedMessage.of(this.messages[i]);
		}
		this.shape = shape;
	}

	// Count the tool calls without an id, as Google's models send them.
	static int callsWithoutId(List<Message> messages) {
		int count = 0;
		for (Message message : messages) {
			count += (message instanceof AssistantMessage answer) ? MessageWriter.callsWithoutId(answer.getToolCalls())
					: 0;
		}
		return count;
	}

	@Override
	public long size() {
		long size = 0;
		for (Message message : this.messages) {
			size += CapturedMessage.size(message);
		}
		return size;
	}

	@Override
	public boolean isMessages() {
		return true;
	}

	@Override
	public List<Attachment> attachments() {
		return CapturedMessage.attachments(Arrays.asList(this.messages));
	}

	@Override
	public ChatMessages without(List<Attachment> attachments, String reason) {
		return new ChatMessages(Arrays.stream(this.messages)
			.map((message) -> CapturedMessage.without(message, attachments, reason))
			.toList(), this.shape);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		MessageWriter writer = MessageWriter.of(json, context, this.shape, 0);
		json.writeStartArray();
		for (Message message : this.messages) {
			writer.write(message);
		}
		json.writeEndArray();
	}

	/**
	 * Writes images and files in user messages: in the provider's own shape, with a
	 * reference instead of the bytes.
	 */
	@FunctionalInterface
	public interface MediaShape {

		void write(JsonGenerator json, RecordedAttachment attachment);

	}

}
