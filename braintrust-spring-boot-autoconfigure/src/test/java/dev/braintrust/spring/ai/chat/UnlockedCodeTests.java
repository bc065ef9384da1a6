package dev.braintrust.spring.ai.chat;

import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.support.ReceivedSpan;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolExecutionResult;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that no application code runs while the starter holds a monitor, because that
 * code may hang or wait for a thread that needs the monitor.
 */
class UnlockedCodeTests {

	private static final Queue<String> held = new ConcurrentLinkedQueue<>();

	private static final Queue<String> seen = new ConcurrentLinkedQueue<>();

	private final TracedClient client = new TracedClient().with(Parts.class);

	@AfterEach
	void close() {
		this.client.close();
		held.clear();
		seen.clear();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void codeOfTheApplicationRunsUnderNoMonitor(Mode mode) {
		AssistantMessage.ToolCall weather = TracedClient.toolCall("1", "weather", "{}");
		AssistantMessage.ToolCall clock = TracedClient.toolCall("2", "clock", "{}");
		this.client.model()
			.answers(Flux.just(new SeenResponse(new SeenMessage("", List.of(weather, clock)))))
			.answers(Flux.just(new SeenResponse(new SeenMessage("fi", List.of())),
					new SeenResponse(new SeenMessage("ne", List.of()))));
		this.client.run(
				(chat) -> ChatClient.builder(this.client.model(), ObservationRegistry.NOOP, null, null,
						ToolCallingAdvisor.builder().toolCallingManager(new OutOfSight())),
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("hello"))).isNotEmpty());
		assertThat(this.client.spans(5)).extracting(ReceivedSpan::type)
			.containsExactly("llm", "tool", "tool", "llm", "task");
		assertThat(seen).contains("onStart", "onEnd", "filter", "getText", "getToolCalls", "getResults");
		assertThat(held).isEmpty();
	}

	@Test
	void partThatHangsWhenItIsReadHoldsUpNoCancellation() throws InterruptedException {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		ChatResponse hanging = new ChatResponse(List.of(new Generation(new AssistantMessage("late")))) {

			@Override
			public List<Generation> getResults() {
				reading.countDown();
				awaitUninterruptibly(released);
				return super.getResults();
			}

		};
		this.client.model().answers(Flux.just(hanging).subscribeOn(Schedulers.boundedElastic()));
		this.client.run((chat) -> chat, (chat, tracer) -> {
			Disposable stream = chat.prompt("hello").stream().content().subscribe();
			awaitUninterruptibly(reading);
			Thread cancelling = new Thread(stream::dispose);
			cancelling.start();
			try {
				await().until(() -> !cancelling.isAlive());
			}
			finally {
				released.countDown();
			}
		});
		assertThat(this.client.spans(2)).extracting(ReceivedSpan::type).containsExactlyInAnyOrder("llm", "task");
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// Record the starter's monitors that this thread holds.
	private static void look(String where) {
		seen.add(where);
		MonitorInfo[] monitors = ManagementFactory.getThreadMXBean()
			.getThreadInfo(new long[] { Thread.currentThread().getId() }, true, false)[0].getLockedMonitors();
		for (MonitorInfo monitor : monitors) {
			StackTraceElement frame = monitor.getLockedStackFrame();
			if (frame.getClassName().startsWith("dev.braintrust.spring.")) {
				held.add(where + " in " + frame);
			}
		}
	}

	/**
	 * The application's beans that are called during recording.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Parts {

		@Bean
		ProjectTracerProviderCustomizer customizer() {
			return (builder) -> builder.addSpanProcessor(new Processor());
		}

		@Bean
		ContentFilter filter() {
			return (text, field) -> {
				look("filter");
				return text;
			};
		}

	}

	private static final class Processor implements SpanProcessor {

		@Override
		public void onStart(Context parent, ReadWriteSpan span) {
			look("onStart");
		}

		@Override
		public boolean isStartRequired() {
			return true;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			look("onEnd");
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

	private static final class SeenMessage extends AssistantMessage {

		SeenMessage(String text, List<ToolCall> calls) {
			super(text, Map.of(), calls, List.of());
		}

		@Override
		public String getText() {
			look("getText");
			return super.getText();
		}

		@Override
		public List<ToolCall> getToolCalls() {
			look("getToolCalls");
			return super.getToolCalls();
		}

	}

	private static final class SeenResponse extends ChatResponse {

		SeenResponse(AssistantMessage message) {
			super(List.of(new Generation(message)));
		}

		@Override
		public List<Generation> getResults() {
			look("getResults");
			return super.getResults();
		}

		@Override
		public ChatResponseMetadata getMetadata() {
			look("getMetadata");
			return super.getMetadata();
		}

	}

	/**
	 * Answers tool calls without executing the tools visibly to the starter.
	 */
	private static final class OutOfSight implements ToolCallingManager {

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return List.of();
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			List<ToolResponseMessage.ToolResponse> responses = response.getResult()
				.getOutput()
				.getToolCalls()
				.stream()
				.map((call) -> new ToolResponseMessage.ToolResponse(call.id(), call.name(), "fine"))
				.toList();
			return DefaultToolExecutionResult.builder()
				.conversationHistory(List.of(prompt.getInstructions().get(0), response.getResult().getOutput(),
						ToolResponseMessage.builder().responses(responses).build()))
				.build();
		}

	}

}
