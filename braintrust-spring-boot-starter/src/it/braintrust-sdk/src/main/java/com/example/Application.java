package com.example;

import java.util.List;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.instrumentation.openai.BraintrustOpenAI;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import io.opentelemetry.api.OpenTelemetry;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * An application with an OpenAI SDK client that Braintrust's Java SDK wraps, into a
 * project of the starter.
 */
@SpringBootApplication
public class Application {

	public static void main(String[] args) {
		try (Services services = new Services()) {
			try (ConfigurableApplicationContext context = services.start(Application.class)) {
				OpenAIClient client = context.getBean(OpenAIClient.class);
				context.getBean(BraintrustProjects.class)
					.tracer("support")
					.rootSpan("answer")
					.call((span) -> client.chat()
						.completions()
						.create(ChatCompletionCreateParams.builder()
							.model("gpt-5-mini")
							.addUserMessage("Where is my order?")
							.build())
						.choices()
						.get(0)
						.message()
						.content()
						.orElseThrow());
			}
			Services.check(services.traces(),
					List.of("project_name:Support: answer", "project_name:Support: answer > Chat Completion"));
		}
	}

	@Bean
	OpenAIClient supportOpenAi(@BraintrustProject("support") OpenTelemetry openTelemetry, Environment environment) {
		OpenAIClient client = OpenAIOkHttpClient.builder()
			.baseUrl(environment.getRequiredProperty("spring.ai.openai.base-url"))
			.apiKey(environment.getRequiredProperty("spring.ai.openai.api-key"))
			.build();
		return BraintrustOpenAI.wrapOpenAI(openTelemetry, client);
	}

}
