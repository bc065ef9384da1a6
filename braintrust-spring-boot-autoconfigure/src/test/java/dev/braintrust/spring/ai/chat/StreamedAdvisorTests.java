package dev.braintrust.spring.ai.chat;

import java.util.List;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that spans of advisors in a stream, which Spring AI runs on Reactor's threads,
 * are in the stream's tree, even if Reactor propagates no context.
 */
class StreamedAdvisorTests {

	private static final ToolCallback CLOCK = FunctionToolCallback.builder("clock", () -> "noon").build();

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		Hooks.disableAutomaticContextPropagation();
		this.client.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void spansOfAnAdvisorInsideTheToolLoopAreBelowTheTaskInEachRound(boolean auto) {
		propagate(auto);
		this.client.callsTools(TracedClient.toolCall("1", "clock", "{}"));
		this.client.model().says("noon");
		this.client.run((chat) -> chat.defaultTools(CLOCK),
				(chat, tracer) -> assertThat(chat.prompt("time?")
					.advisors(new Guardrail(tracer, null, ToolCallingAdvisor.DEFAULT_ORDER + 10))
					.stream()
					.content()
					.blockLast()).isEqualTo("noon"));
		List<ReceivedSpan> spans = this.client.spans(6);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("guardrail", "Chat Completion", "clock", "guardrail", "Chat Completion", "chat");
		assertThat(spans.subList(0, 5)).allMatch((span) -> span.isChildOf(spans.get(5)));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void clientThatAnAdvisorAsksIsBelowTheTask(boolean auto) {
		propagate(auto);
		this.client.model().says("rewritten").says("fine");
		this.client.run((chat) -> chat,
				(chat, tracer) -> assertThat(chat.prompt("hello")
					.advisors(new Guardrail(tracer, chat, 0))
					.stream()
					.content()
					.subscribeOn(Schedulers.parallel())
					.blockLast()).isEqualTo("fine"));
		List<ReceivedSpan> spans = this.client.spans(5);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "chat", "guardrail", "Chat Completion", "chat");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
		assertThat(spans.get(1).isChildOf(spans.get(2))).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(4))).isTrue();
		assertThat(spans.get(3).isChildOf(spans.get(4))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void twoStreamsAtATimeKeepTheirSpansApart(boolean auto) {
		propagate(auto);
		this.client.model().says("fine").says("fine");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			Flux<String> answer = Flux.merge(stream(chat, tracer), stream(chat, tracer));
			assertThat(answer.collectList().block()).containsExactly("fine", "fine");
		});
		List<ReceivedSpan> spans = this.client.spans(6);
		List<ReceivedSpan> tasks = spans.stream().filter((span) -> span.name().equals("chat")).toList();
		assertThat(tasks).hasSize(2);
		for (ReceivedSpan task : tasks) {
			assertThat(spans).filteredOn((span) -> span.isChildOf(task))
				.extracting(ReceivedSpan::name)
				.containsExactly("guardrail", "Chat Completion");
		}
	}

	private static Flux<String> stream(ChatClient chat, ProjectTracer tracer) {
		return chat.prompt("hello").advisors(new Guardrail(tracer, null, 0)).stream().content();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void workThatIsScheduledElsewhereIsOfNoRun(boolean auto) {
		propagate(auto);
		this.client.model().says("fine");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			chat.prompt("hello").stream().content().blockLast();
			Flux.just(1)
				.publishOn(Schedulers.boundedElastic())
				.doOnNext((one) -> tracer.functionSpan("elsewhere").run((span) -> {
				}))
				.blockLast();
		});
		assertThat(this.client.spans(3)).filteredOn((span) -> span.name().equals("elsewhere"))
			.singleElement()
			.satisfies((span) -> assertThat(span.isRoot()).isTrue());
	}

	private void propagate(boolean auto) {
		this.client.with(dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration.class);
		if (auto) {
			Hooks.enableAutomaticContextPropagation();
		}
	}

	record Guardrail(ProjectTracer tracer, ChatClient asked, int getOrder) implements BaseAdvisor {

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			this.tracer.functionSpan("guardrail").run((span) -> {
				if (this.asked != null) {
					this.asked.prompt("rewrite").call().content();
				}
			});
			return request;
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return response;
		}

	}

}
