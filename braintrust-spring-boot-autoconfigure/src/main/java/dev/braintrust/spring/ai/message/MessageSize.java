package dev.braintrust.spring.ai.message;

import java.util.List;

import dev.braintrust.spring.content.json.ContentSize;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.content.MediaContent;

/**
 * Estimates how much of the heap messages hold.
 */
final class MessageSize {

	private static final int MESSAGE = 64;

	private MessageSize() {
	}

	static long of(List<? extends Message> messages) {
		long size = 0;
		for (Message message : messages) {
			size += of(message);
		}
		return size;
	}

	static long of(Message message) {
		long size = MESSAGE + ContentSize.of(message.getText());
		if (message instanceof AssistantMessage answer) {
			for (AssistantMessage.ToolCall call : answer.getToolCalls()) {
				size += MESSAGE + ContentSize.of(call.arguments());
			}
		}
		if (message instanceof ToolResponseMessage results) {
			for (ToolResponseMessage.ToolResponse result : results.getResponses()) {
				size += MESSAGE + ContentSize.of(result.responseData());
			}
		}
		if (message instanceof MediaContent content) {
			// Their bytes are counted where attachments are held, once for all spans.
			size += (long) MESSAGE * content.getMedia().size();
		}
		return size;
	}

}
