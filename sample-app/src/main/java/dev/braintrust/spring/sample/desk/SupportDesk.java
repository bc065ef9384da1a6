package dev.braintrust.spring.sample.desk;

import java.time.Instant;
import java.util.List;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Accepts the messages of customers.
 */
@Service
public class SupportDesk {

	private final Conversations conversations;

	private final SchedulerClient scheduler;

	SupportDesk(Conversations conversations, SchedulerClient scheduler) {
		this.conversations = conversations;
		this.scheduler = scheduler;
	}

	/**
	 * Begin a conversation.
	 * @return its id
	 */
	public long open() {
		return this.conversations.save(new Conversation()).getId();
	}

	/**
	 * Accept a message of the customer.
	 * @param id the conversation
	 * @param text the customer's text
	 */
	@Transactional
	public void receive(long id, String text) {
		receive(id, text, null);
	}

	/**
	 * Accept a message of the customer, and schedule the job that answers it. The message
	 * and the job are stored in one transaction.
	 * @param id the conversation
	 * @param text the customer's text
	 * @param photo the name of the attached photo, or {@code null}
	 */
	@Transactional
	public void receive(long id, String text, @Nullable String photo) {
		Conversation conversation = this.conversations.findById(id).orElseThrow();
		conversation.add(MessageType.USER, text, photo);
		String job = "%d-%d".formatted(id, conversation.questions());
		this.scheduler.scheduleIfNotExists(AnswerJob.TASK.instance(job).data(id).scheduledTo(Instant.now()));
	}

	/**
	 * Return all messages of a conversation.
	 */
	public List<Message> transcript(long id) {
		return this.conversations.findById(id).orElseThrow().history();
	}

}
