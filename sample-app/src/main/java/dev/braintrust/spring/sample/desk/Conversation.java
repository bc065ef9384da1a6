package dev.braintrust.spring.sample.desk;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.jpa.TraceContextColumns;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.UserMessage;

/**
 * A conversation with a customer. The whole conversation is one trace.
 */
@Entity
class Conversation {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	@Version
	private int version;

	@Embedded
	private TraceContextColumns trace = new TraceContextColumns();

	@ElementCollection(fetch = FetchType.EAGER)
	@CollectionTable(name = "conversation_line")
	@OrderColumn(name = "position")
	private List<Line> lines = new ArrayList<>();

	TraceContextColumns getTrace() {
		return this.trace;
	}

	Long getId() {
		return this.id;
	}

	void add(MessageType speaker, String text) {
		add(speaker, text, null);
	}

	void add(MessageType speaker, String text, @Nullable String photo) {
		this.lines.add(new Line(speaker, text, photo));
	}

	List<Message> history() {
		return this.lines.stream().map(Line::toMessage).toList();
	}

	long questions() {
		return this.lines.stream().filter((line) -> line.speaker() == MessageType.USER).count();
	}

	String lastMessage() {
		return this.lines.get(this.lines.size() - 1).text();
	}

	/**
	 * A message of one side.
	 *
	 * @param speaker {@code USER} or {@code ASSISTANT}
	 * @param text the text of the message
	 * @param photo the name of the attached photo, or {@code null}
	 */
	@Embeddable
	record Line(@Enumerated(EnumType.STRING) MessageType speaker, String text, @Nullable String photo) {

		Message toMessage() {
			if (this.speaker != MessageType.USER) {
				return new AssistantMessage(this.text);
			}
			return UserMessage.builder()
				.text(this.text)
				.media((this.photo != null) ? List.of(Photos.load(this.photo)) : List.of())
				.build();
		}

	}

}
