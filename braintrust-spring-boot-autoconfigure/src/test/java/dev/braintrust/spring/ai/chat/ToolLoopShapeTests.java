package dev.braintrust.spring.ai.chat;

import java.util.List;

import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.StructuredOutputValidationAdvisor;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the tree of spans that a run makes: one task, and below it each call of the
 * model and each tool, in the order of their execution.
 */
class ToolLoopShapeTests {

	private static final ToolCallback CLOCK = FunctionToolCallback.builder("clock", () -> "noon").build();

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@EnumSource
	void taskHasTheSumOfTheTokensOfAllCalls(Mode mode) {
		answers(10, 1,
				AssistantMessage.builder().content("").toolCalls(List.of(TracedClient.toolCall("1", "clock", "{}"))));
		answers(20, 2, AssistantMessage.builder().content("noon"));
		this.client.run((chat) -> chat.defaultSystem("Be kind").defaultTools(CLOCK),
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("time?"))).isEqualTo("noon"));
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "tool", "llm", "task");
		ReceivedSpan task = spans.get(3);
		assertThat(spans.subList(0, 3)).allMatch((span) -> span.isChildOf(task));
		for (int i = 1; i < 3; i++) {
			assertThat(spans.get(i).start()).isGreaterThanOrEqualTo(spans.get(i - 1).end());
		}
		assertThat(task.input().toString()).isEqualTo("[{\"role\":\"user\",\"content\":\"time?\"}]");
		assertThat(task.output().asString()).isEqualTo("noon");
		assertThat(task.metrics().toString()).isEqualTo("{\"prompt_tokens\":30,\"completion_tokens\":3,\"tokens\":33}");
		assertThat(spans.get(0).metrics().path("tokens").asInt()).isEqualTo(11);
		assertThat(spans.get(2).metrics().path("tokens").asInt()).isEqualTo(22);
	}

	@Test
	void answerThatSpringAiValidatesAndAsksForAgainIsAFurtherCall() {
		validated(validation(ToolCallingAdvisor.DEFAULT_ORDER - 1), "llm", "tool", "llm", "llm", "task");
	}

	@Test
	void answerThatSpringAiValidatesBeforeItsToolsAreExecutedIsAFurtherCallToo() {
		// Inside the loop, the advisor asks again instead of passing a tool call on.
		validated(validation(ToolCallingAdvisor.DEFAULT_ORDER + 1), "llm", "llm", "llm", "task");
	}

	private static CallAdvisor validation(int order) {
		return StructuredOutputValidationAdvisor.builder().outputType(Place.class).advisorOrder(order).build();
	}

	@ParameterizedTest
	@ValueSource(ints = { ToolCallingAdvisor.DEFAULT_ORDER - 1, ToolCallingAdvisor.DEFAULT_ORDER + 1 })
	void answerThatTheApplicationAsksForAgainIsAFurtherCall(int order) {
		validated(new AskingAgain(order), "llm", "tool", "llm", "llm", "task");
	}

	private void validated(CallAdvisor advisor, String... types) {
		answers(10, 1,
				AssistantMessage.builder().content("").toolCalls(List.of(TracedClient.toolCall("1", "clock", "{}"))));
		answers(20, 2, AssistantMessage.builder().content("no json"));
		answers(30, 3, AssistantMessage.builder().content("{\"city\":\"Paris\"}"));
		this.client.run((chat) -> chat.defaultAdvisors(advisor).defaultTools(CLOCK),
				(chat, tracer) -> assertThat(chat.prompt("where?").call().content()).isEqualTo("{\"city\":\"Paris\"}"));
		List<ReceivedSpan> spans = this.client.spans(types.length);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly(types);
		ReceivedSpan task = spans.get(types.length - 1);
		assertThat(spans.subList(0, types.length - 1)).allMatch((span) -> span.isChildOf(task));
		assertThat(task.output().asString()).isEqualTo("{\"city\":\"Paris\"}");
		assertThat(task.metrics().path("tokens").asInt()).isEqualTo(66);
	}

	@Test
	void entityOfAToolThatReturnsDirectlyIsTheOutputOfTheTask() {
		ToolCallback direct = FunctionToolCallback.builder("place", () -> new Place("Paris"))
			.toolMetadata(ToolMetadata.builder().returnDirect(true).build())
			.build();
		this.client.model().callsTool("place", "{}");
		this.client.run((chat) -> chat.defaultTools(direct), (chat,
				tracer) -> assertThat(chat.prompt("where?").call().entity(Place.class)).isEqualTo(new Place("Paris")));
		List<ReceivedSpan> spans = this.client.spans(3);
		assertThat(spans.get(2).output().asString()).isEqualTo("{\"city\":\"Paris\"}");
	}

	private void answers(int promptTokens, int completionTokens, AssistantMessage.Builder<?> message) {
		this.client.model()
			.answers(Flux.just(new ChatResponse(List.of(new Generation(message.build())),
					ChatResponseMetadata.builder().usage(new DefaultUsage(promptTokens, completionTokens)).build())));
	}

	record Place(String city) {
	}

	record AskingAgain(int getOrder) implements CallAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			ChatClientResponse response = chain.copy(this).nextCall(request);
			AssistantMessage answer = response.chatResponse().getResult().getOutput();
			return (answer.hasToolCalls() || answer.getText().startsWith("{")) ? response
					: chain.copy(this).nextCall(request);
		}

		@Override
		public String getName() {
			return "asking again";
		}

	}

}
