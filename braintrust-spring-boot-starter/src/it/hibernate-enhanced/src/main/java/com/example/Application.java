package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import jakarta.persistence.EntityManager;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * A conversation over three transactions, whose entity is enhanced at build time.
 */
@SpringBootApplication
public class Application {

	public static void main(String[] args) {
		try (Services services = new Services()) {
			try (ConfigurableApplicationContext context = services.start(Application.class,
					"spring.jpa.hibernate.ddl-auto=create")) {
				Desk desk = context.getBean(Desk.class);
				desk.open(1);
				for (int turn = 0; turn < 3; turn++) {
					Services.check(desk.answer(1, "Where is my order?"), Services.ANSWER);
				}
				Services.check(desk.turns(1), 3);
			}
			String root = "project_name:Support: answer";
			Services.check(services.traces(), List.of(root, root + " > answer", root + " > answer",
					root + " > answer > supportChat", root + " > answer > supportChat",
					root + " > answer > supportChat > Chat Completion",
					root + " > answer > supportChat > Chat Completion", root + " > supportChat",
					root + " > supportChat > Chat Completion"));
		}
	}

	@Bean
	@BraintrustProject("support")
	static ChatClient supportChat(ChatClient.Builder builder) {
		return builder.build();
	}

	@Service
	@Transactional
	static class Desk {

		private final EntityManager entities;

		private final ChatClient chat;

		private final ProjectTracer tracer;

		Desk(EntityManager entities, @BraintrustProject("support") ChatClient chat,
				@BraintrustProject("support") ProjectTracer tracer) {
			this.entities = entities;
			this.chat = chat;
			this.tracer = tracer;
		}

		void open(long id) {
			this.entities.persist(new Conversation(id));
		}

		String answer(long id, String question) {
			Conversation conversation = this.entities.find(Conversation.class, id);
			conversation.countTurn();
			return this.tracer.inTrace(conversation.getTrace(), "answer")
				.input(question)
				.call((span) -> this.chat.prompt(question).call().content());
		}

		int turns(long id) {
			return this.entities.find(Conversation.class, id).getTurns();
		}

	}

}
