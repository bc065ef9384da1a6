package dev.braintrust.spring.agent;

import java.util.Arrays;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.retry.autoconfigure.SpringAiRetryAutoConfiguration;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application with the agents of two projects that serves one HTTP request and ends.
 */
public final class AgentApplication {

	private AgentApplication() {
	}

	/**
	 * Run the application in a separate process.
	 * @param args {@code with} or {@code without}, for the starter, then properties
	 */
	public static void main(String[] args) throws Exception {
		run(args[0].equals("with") ? WithStarter.class : WithoutStarter.class,
				Arrays.copyOfRange(args, 1, args.length));
		// The model's client keeps its threads for a minute.
		System.exit(0);
	}

	static void run(Class<?> configuration, String... args) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(configuration)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.run(args)) {
			context.getBean(AgentWork.class).serveOneRequest();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(AgentWork.class)
	@ImportAutoConfiguration({ OpenAiChatAutoConfiguration.class, ChatClientAutoConfiguration.class,
			ToolCallingAutoConfiguration.class, SpringAiRetryAutoConfiguration.class })
	static class WithoutStarter {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.build();
		}

		@Bean
		@BraintrustProject("research")
		ChatClient researchChat(ChatClient.Builder builder) {
			return builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WithoutStarter.class)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustContextPropagationAutoConfiguration.class,
			BraintrustObservationAutoConfiguration.class, BraintrustChatAutoConfiguration.class })
	static class WithStarter {

	}

}
