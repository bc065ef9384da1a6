package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * A client of OpenAI in an application that exports telemetry of its own. What differs is
 * in the POMs.
 */
@SpringBootApplication
public class Application {

	public static void main(String[] args) {
		try (Services services = new Services()) {
			try (ConfigurableApplicationContext context = services.start(Application.class)) {
				ChatClient chat = context.getBean("supportChat", ChatClient.class);
				Services.check(chat.prompt("Look up my order.").call().content(), Services.ANSWER);
				Services.check(String.join("", chat.prompt("And now?").stream().content().collectList().block()),
						Services.ANSWER);
			}
			Services.check(services.traces(),
					List.of("project_name:Support: supportChat", "project_name:Support: supportChat",
							"project_name:Support: supportChat > Chat Completion",
							"project_name:Support: supportChat > Chat Completion",
							"project_name:Support: supportChat > Chat Completion",
							"project_name:Support: supportChat > lookUp"));
			Services.check(services.names(Services.COLLECTOR).contains("spring_ai chat_client"), true);
		}
		// The threads of a stream of OkHttp, which is OpenAI's client, live on for a minute.
		System.exit(0);
	}

	@Bean
	@BraintrustProject("support")
	static ChatClient supportChat(ChatClient.Builder builder) {
		return builder.defaultTools(new Orders()).build();
	}

	static class Orders {

		@Tool
		String lookUp() {
			return "Sent yesterday.";
		}

	}

}
