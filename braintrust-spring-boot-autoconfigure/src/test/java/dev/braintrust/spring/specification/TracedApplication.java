package dev.braintrust.spring.specification;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.UploadFlow;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application with all auto-configurations that sends the tests' requests with
 * OpenAI's client, a model server behind the client, and a receiver of its spans.
 */
final class TracedApplication implements AutoCloseable {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ModelServer model = new ModelServer();

	private final ConfigurableApplicationContext context;

	TracedApplication() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.org-name=Acme", "braintrust.app-url=https://braintrust.example.com",
					"braintrust.projects.support.name=Support Agent", "spring.ai.openai.base-url=" + this.model.url(),
					"spring.ai.openai.api-key=sk-model", "spring.main.banner-mode=off",
					"braintrust.environment.type=server", "braintrust.environment.name=eu_west",
					"management.otlp.metrics.export.enabled=false")
			.run();
	}

	/**
	 * Send a request, and leave the execution of tools to the application.
	 * @return the spans below the root in the order of their ends
	 */
	List<ReceivedSpan> run(String name, ChatRequest request, Way way, RecordedAnswer answer) {
		answer(way, answer);
		return run(name, (spec) -> request.fill(spec.advisors(
				(advisors) -> advisors.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false))),
				way);
	}

	/**
	 * Send a request, and let Spring AI execute tools.
	 * @return the spans below the root in the order of their ends
	 */
	List<ReceivedSpan> runWithTools(String name, ChatRequest request, Way way, RecordedAnswer... answers) {
		answer(way, answers);
		return run(name, request::fill, way);
	}

	private void answer(Way way, RecordedAnswer... answers) {
		for (RecordedAnswer answer : answers) {
			this.model.answers(200, (way == Way.STREAM) ? "text/event-stream" : "application/json", answer.body(way));
		}
	}

	/**
	 * Send a request below a root span with this name.
	 * @return the spans below the root in the order of their ends
	 */
	List<ReceivedSpan> run(String name, Consumer<ChatClient.ChatClientRequestSpec> request, Way way) {
		ChatClient.ChatClientRequestSpec spec = this.context.getBean(ChatClient.class).prompt();
		request.accept(spec);
		BraintrustProjects projects = this.context.getBean(BraintrustProjects.class);
		String trace = projects.tracer("support").rootSpan(name).call((span) -> {
			try {
				way.send(spec);
			}
			catch (RuntimeException ex) {
				// The spans contain the error of the model.
			}
			return span.getSpanContext().getTraceId();
		});
		projects.flush(Duration.ofMinutes(1));
		// A span that waited for its attachments arrives later, so sort by end.
		return this.receiver.spans()
			.stream()
			.filter((span) -> span.traceId().equals(trace) && !span.isRoot())
			.sorted(Comparator.comparingLong(ReceivedSpan::end))
			.toList();
	}

	/**
	 * The server that answers the requests.
	 */
	ModelServer model() {
		return this.model;
	}

	/**
	 * The upload flow that receives the attachments.
	 */
	UploadFlow uploads() {
		return this.receiver.uploads();
	}

	/**
	 * The body of the last request to the model.
	 */
	JsonNode lastSent() {
		return this.model.requests().get(this.model.requests().size() - 1);
	}

	@Override
	public void close() {
		this.context.close();
		this.receiver.close();
		this.model.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.build();
		}

	}

}
