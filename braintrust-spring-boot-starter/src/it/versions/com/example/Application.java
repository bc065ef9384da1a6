package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * An OpenAI client in an application that exports its own telemetry. The POMs contain
 * the differences.
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
		// The threads of OkHttp, the HTTP client of OpenAI's SDK, live on for a minute
		// after a stream.
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
