package dev.braintrust.spring.ai.message;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.Attachment;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;

/**
 * Finds the media of messages, and takes some away.
 */
final class MessageMedia {

	private MessageMedia() {
	}

	static List<Attachment> attachments(List<Message> messages) {
		List<Attachment> attachments = List.of();
		for (int i = 0; i < messages.size(); i++) {
			if (messages.get(i) instanceof MediaContent content && !content.getMedia().isEmpty()) {
				attachments = attachments.isEmpty() ? new ArrayList<>() : attachments;
				for (Media media : content.getMedia()) {
					if (!(media instanceof AbsentMedia)) {
						attachments.add(MediaPart.attachment(media));
					}
				}
			}
		}
		return attachments;
	}

	static List<Message> without(List<Message> messages, List<Attachment> attachments, String reason) {
		return messages.stream().map((message) -> without(message, attachments, reason)).toList();
	}

	static Message without(Message message, List<Attachment> attachments, String reason) {
		if (!(message instanceof MediaContent content) || content.getMedia().isEmpty()) {
			return message;
		}
		List<Media> media = content.getMedia().stream().map((each) -> without(each, attachments, reason)).toList();
		if (message instanceof UserMessage user) {
			return user.mutate().media(media).build();
		}
		return (message instanceof AssistantMessage answer) ? AssistantMessage.builder()
			.content(answer.getText())
			.properties(answer.getMetadata())
			.toolCalls(answer.getToolCalls())
			.media(media)
			.build() : message;
	}

	private static Media without(Media media, List<Attachment> attachments, String reason) {
		Attachment attachment = MediaPart.attachment(media);
		return attachments.stream().anyMatch((dropped) -> dropped.source() == attachment.source())
				? new AbsentMedia(media, attachment, reason) : media;
	}

}
