package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * An application that exports its own telemetry with Spring Boot's starter in its
 * default configuration.
 */
@SpringBootApplication
public class Application {

	public static void main(String[] args) {
		try (Services services = new Services()) {
			try (ConfigurableApplicationContext context = services.start(Application.class)) {
				ChatClient chat = context.getBean("supportChat", ChatClient.class);
				Services.check(chat.prompt("Where is my order?").call().content(), Services.ANSWER);
			}
			Services.check(services.traces(), List.of("project_name:Support: supportChat",
					"project_name:Support: supportChat > Chat Completion"));
			Services.check(services.names(Services.COLLECTOR).contains("spring_ai chat_client"), true);
		}
	}

	@Bean
	@BraintrustProject("support")
	static ChatClient supportChat(ChatClient.Builder builder) {
		return builder.build();
	}

}
