package dev.braintrust.spring.ai.chat;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A traced client of a scripted model, and a server that receives its spans.
 */
final class TracedClient implements AutoCloseable {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ScriptedModel model = new ScriptedModel();

	private ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent");

	private volatile BraintrustProjects projects;

	ScriptedModel model() {
		return this.model;
	}

	TracedClient with(String... properties) {
		this.runner = this.runner.withPropertyValues(properties);
		return this;
	}

	TracedClient with(Class<?> configuration) {
		this.runner = this.runner.withUserConfiguration(configuration);
		return this;
	}

	TracedClient callsTools(AssistantMessage.ToolCall... calls) {
		this.model.answers(
				Flux.just(ScriptedModel.response(AssistantMessage.builder().content("").toolCalls(List.of(calls)))));
		return this;
	}

	static AssistantMessage.ToolCall toolCall(String id, String name, String arguments) {
		return new AssistantMessage.ToolCall(id, "function", name, arguments);
	}

	/**
	 * Use a traced client. On return, its context is closed and its spans are sent.
	 */
	void run(UnaryOperator<ChatClient.Builder> defaults, BiConsumer<ChatClient, ProjectTracer> work) {
		this.runner.withBean(Source.class, () -> () -> defaults.apply(ChatClient.builder(this.model)).build())
			.withUserConfiguration(OneClient.class)
			.run((context) -> {
				this.projects = context.getBean(BraintrustProjects.class);
				work.accept(context.getBean(ChatClient.class), this.projects.tracer("support"));
			});
	}

	/**
	 * Send all ended spans.
	 */
	void flush() {
		this.projects.flush(Duration.ofMinutes(1));
	}

	/**
	 * The spans in the order of their ends, exactly this many.
	 */
	List<ReceivedSpan> spans(int count) {
		List<ReceivedSpan> spans = this.receiver.awaitSpans(count);
		if (spans.size() != count) {
			throw new AssertionError("Expected " + count + " spans but got " + spans);
		}
		return spans;
	}

	@Override
	public void close() {
		this.receiver.close();
	}

	private interface Source {

		ChatClient client();

	}

	@Configuration(proxyBeanMethods = false)
	static class OneClient {

		@Bean
		@BraintrustProject("support")
		ChatClient chat(Source source) {
			return source.client();
		}

	}

}
