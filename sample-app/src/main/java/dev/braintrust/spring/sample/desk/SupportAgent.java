package dev.braintrust.spring.sample.desk;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.stereotype.Component;

/**
 * Answers customers. All its work on one conversation is one trace, across all jobs and
 * machines.
 */
@Component
class SupportAgent {

	private final ChatClient chat;

	private final ProjectTracer tracer;

	SupportAgent(@BraintrustProject("support") ChatClient chat, @BraintrustProject("support") ProjectTracer tracer) {
		this.chat = chat;
		this.tracer = tracer;
	}

	String answer(Conversation conversation, String job) {
		return this.tracer.inTrace(conversation.getTrace(), "answer")
			.input(conversation.lastMessage())
			.metadata("job", job)
			.call((span) -> this.chat.prompt().messages(conversation.history()).call().content());
	}

}
