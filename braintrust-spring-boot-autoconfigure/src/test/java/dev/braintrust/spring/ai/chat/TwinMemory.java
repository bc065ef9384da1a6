package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.messages.Message;

/**
 * A chat memory of an application, which writes its calls to the transcript.
 */
final class TwinMemory implements ChatMemory {

	private final List<Message> messages = new ArrayList<>();

	private final Transcript transcript;

	TwinMemory(Transcript transcript) {
		this.transcript = transcript;
	}

	@Override
	public synchronized void add(String conversationId, List<Message> messages) {
		this.transcript.noteHere("memory is told", conversationId, messages);
		this.messages.addAll(messages);
	}

	@Override
	public synchronized List<Message> get(String conversationId) {
		this.transcript.noteHere("memory is asked", conversationId);
		return List.copyOf(this.messages);
	}

	@Override
	public synchronized void clear(String conversationId) {
		this.messages.clear();
	}

}
