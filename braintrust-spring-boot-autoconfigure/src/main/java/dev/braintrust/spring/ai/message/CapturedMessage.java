package dev.braintrust.spring.ai.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.ContentSize;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;

/**
 * A snapshot of the recorded parts of a message, since the lists and metadata of a
 * message may change later. Bytes of media are not copied.
 *
 * @param type the role
 * @param media images, documents and audio
 * @param toolCalls the tool calls that an answer requests
 * @param reasoning the reasoning of the model
 * @param refusal why the model refused
 */
public record CapturedMessage(MessageType type, @Nullable String text, List<MediaPart> media, List<ToolCall> toolCalls,
		List<ToolResponse> results, @Nullable String reasoning, @Nullable String refusal) implements Message {

	private static final int MESSAGE = 64;

	private static final int SHORT = 256;

	private static final int FEW = 32;

	private static final String REASONING = "reasoningContent";

	// The metadata keys of reasoning in Spring AI's models for OpenAI, Mistral and
	// Ollama. A conversation may contain messages of several models.
	private static final List<String> REASONING_PLACES = List.of(REASONING, "thinking_content", "thinking");

	private static final String ANTHROPIC_REASONING = "anthropicThinkingContents";

	// Capture a message. A plain text message of Spring AI does not change, so it is kept
	// by reference, unless its metadata may be large. Metadata is not counted, so such a
	// message is copied without it.
	public static Message of(Message message) {
		if (message instanceof CapturedMessage
				|| (message.getClass() == SystemMessage.class && isLight(message.getMetadata()))) {
			return message;
		}
		if (message instanceof AssistantMessage answer) {
			return ofAnswer(answer);
		}
		List<Media> media = (message instanceof MediaContent content) ? content.getMedia() : List.of();
		if (media.isEmpty() && message.getClass() == UserMessage.class && isLight(message.getMetadata())) {
			return message;
		}
		List<ToolResponse> results = (message instanceof ToolResponseMessage answered) ? answered.getResponses()
				: List.of();
		return new CapturedMessage(message.getMessageType(), message.getText(), parts(media), List.of(),
				List.copyOf(results), null, null);
	}

	private static Message ofAnswer(AssistantMessage answer) {
		String reasoning = reasoning(answer);
		String refusal = refusal(answer);
		boolean textAlone = reasoning == null && refusal == null && answer.getToolCalls().isEmpty()
				&& answer.getMedia().isEmpty() && answer.getClass() == AssistantMessage.class
				&& isLight(answer.getMetadata());
		return textAlone ? answer
				: answer(answer.getText(), answer.getMedia(), answer.getToolCalls(), reasoning, refusal);
	}

	private static boolean isLight(Map<String, Object> metadata) {
		// It always contains the type of the message.
		if (metadata.size() > 1) {
			for (Object value : metadata.values()) {
				if (!isLight(value)) {
					return false;
				}
			}
		}
		return metadata.size() <= FEW;
	}

	private static boolean isLight(@Nullable Object value) {
		return (value instanceof String text) ? text.length() <= SHORT
				: value == null || value instanceof Enum<?> || value instanceof Number || value instanceof Boolean
						|| (value instanceof Collection<?> values && values.isEmpty());
	}

	public static CapturedMessage answer(@Nullable String text, List<Media> media, List<ToolCall> toolCalls,
			@Nullable String reasoning, @Nullable String refusal) {
		return new CapturedMessage(MessageType.ASSISTANT, text, parts(media), List.copyOf(toolCalls), List.of(),
				reasoning, refusal);
	}

	// A message that only consists of an attachment.
	public static CapturedMessage of(MessageType type, Attachment attachment, String contentType) {
		return new CapturedMessage(type, "", List.of(new MediaPart(attachment, contentType, null)), List.of(),
				List.of(), null, null);
	}

	public static CapturedMessage of(MessageType type, @Nullable String text) {
		return new CapturedMessage(type, text, List.of(), List.of(), List.of(), null, null);
	}

	private static List<MediaPart> parts(List<Media> media) {
		return media.isEmpty() ? List.of() : media.stream().map(MediaPart::of).toList();
	}

	// Return a captured message, or the parts of a message that was kept by reference.
	static CapturedMessage parts(Message message) {
		return (message instanceof CapturedMessage captured) ? captured
				: of(message.getMessageType(), message.getText());
	}

	// Return the reasoning of a model, or null. The reasoning of Bedrock's models is
	// missing, since it has a type of Spring AI that hides it.
	public static @Nullable String reasoning(AssistantMessage message) {
		Map<String, Object> metadata = message.getMetadata();
		// The metadata always contains the type of the message.
		if (metadata.size() > 1) {
			for (int i = 0; i < REASONING_PLACES.size(); i++) {
				String text = text(metadata.get(REASONING_PLACES.get(i)));
				if (text != null) {
					return text;
				}
			}
			if (metadata.get(ANTHROPIC_REASONING) instanceof List<?> blocks) {
				return anthropicReasoning(blocks);
			}
		}
		// DeepSeek's message has a property for it.
		return (message.getClass() != AssistantMessage.class) ? text(BeanProperty.read(message, REASONING)) : null;
	}

	// A list of non-public records, {"thinking", "signature", "redactedData"}.
	private static @Nullable String anthropicReasoning(List<?> blocks) {
		StringBuilder text = new StringBuilder();
		for (Object block : blocks) {
			Object value = (block instanceof Map<?, ?> map) ? map.get("thinking")
					: BeanProperty.read(block, "thinking");
			String thinking = text(value);
			if (thinking != null) {
				text.append(text.isEmpty() ? "" : "\n\n").append(thinking);
			}
		}
		return text.isEmpty() ? null : text.toString();
	}

	public static @Nullable String refusal(AssistantMessage message) {
		return text(message.getMetadata().get("refusal"));
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value instanceof String text && !text.isEmpty()) ? text : null;
	}

	static List<Attachment> attachments(List<Message> messages) {
		List<Attachment> attachments = List.of();
		for (int i = 0; i < messages.size(); i++) {
			if (messages.get(i) instanceof CapturedMessage captured && !captured.media.isEmpty()) {
				attachments = attachments.isEmpty() ? new ArrayList<>() : attachments;
				for (MediaPart part : captured.media) {
					if (part.attachment() != null) {
						attachments.add(part.attachment());
					}
				}
			}
		}
		return attachments;
	}

	static Message without(Message message, List<Attachment> attachments, String reason) {
		if (!(message instanceof CapturedMessage captured) || captured.media.isEmpty()) {
			return message;
		}
		List<MediaPart> media = captured.media.stream().map((part) -> part.without(attachments, reason)).toList();
		return new CapturedMessage(captured.type, captured.text, media, captured.toolCalls, captured.results,
				captured.reasoning, captured.refusal);
	}

	// Return the heap size of a message. Bytes of media are counted with the attachments,
	// once for all spans.
	static long size(Message message) {
		long size = MESSAGE + ContentSize.of(message.getText());
		if (message instanceof CapturedMessage captured) {
			size += (long) MESSAGE * captured.media.size() + ContentSize.of(captured.reasoning)
					+ ContentSize.of(captured.refusal);
			for (ToolCall call : captured.toolCalls) {
				size += MESSAGE + ContentSize.of(call.arguments());
			}
			for (ToolResponse result : captured.results) {
				size += MESSAGE + ContentSize.of(result.responseData());
			}
		}
		return size;
	}

	@Override
	public MessageType getMessageType() {
		return this.type;
	}

	@Override
	public @Nullable String getText() {
		return this.text;
	}

	@Override
	public Map<String, Object> getMetadata() {
		return Map.of();
	}

}
