package dev.braintrust.spring.sample.desk;

import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.VoidExecutionHandler;

import org.springframework.ai.chat.messages.MessageType;
import org.springframework.stereotype.Component;

/**
 * Answers one message in the background, on any machine that picks up the job.
 */
@Component
class AnswerJob implements VoidExecutionHandler<Long> {

	static final TaskDescriptor<Long> TASK = TaskDescriptor.of("answer", Long.class);

	private final Conversations conversations;

	private final SupportAgent agent;

	AnswerJob(Conversations conversations, SupportAgent agent) {
		this.conversations = conversations;
		this.agent = agent;
	}

	@Override
	public void execute(TaskInstance<Long> job, ExecutionContext context) {
		Conversation conversation = this.conversations.findById(job.getData()).orElseThrow();
		String answer = this.agent.answer(conversation, job.getId());
		conversation.add(MessageType.ASSISTANT, answer);
		this.conversations.save(conversation);
	}

}
