package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.function.FunctionToolCallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that the span tree shows the history of a request: failures before it is sent,
 * the model's input, the application's result, and each further use of the request.
 */
class AgentTreeTests {

	private static final ToolCallback CLOCK = FunctionToolCallback.builder("clock", () -> "noon").build();

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@EnumSource
	void requestWhoseToolsCannotBeListedIsATaskWithItsInputAndTheError(Mode mode) {
		ToolCallbackProvider gone = () -> {
			throw new IllegalStateException("the server is gone");
		};
		refused(mode, (chat) -> chat.prompt("Where is my order?").tools(gone), "the server is gone");
	}

	@ParameterizedTest
	@EnumSource
	void requestWhoseTemplateLacksAVariableIsATaskWithItsTemplateAndTheError(Mode mode) {
		refused(mode, (chat) -> chat.prompt().user((user) -> user.text("Where is {order}?").params(Map.of("x", "y"))),
				"Not all variables were replaced in the template. Missing variable names are: [order].");
	}

	@ParameterizedTest
	@EnumSource
	void requestWithTwoToolsOfOneNameIsATaskWithItsInputAndTheError(Mode mode) {
		refused(mode, (chat) -> chat.prompt("Where is my order?")
			.tools(CLOCK, FunctionToolCallback.builder("clock", () -> "late").build()), null);
	}

	@ParameterizedTest
	@EnumSource
	void requestWithTwoAdvisorsOfTheToolLoopIsATaskWithItsInputAndTheError(Mode mode) {
		refused(mode, (chat) -> chat.prompt("Where is my order?")
			.advisors(ToolCallingAdvisor.builder().build(), ToolCallingAdvisor.builder().build()), null);
	}

	private void refused(Mode mode, Function<ChatClient, ChatClient.ChatClientRequestSpec> request, String message) {
		this.client.run((chat) -> chat, (chat, tracer) -> tracer.taskSpan("outer")
			.run((span) -> assertThatThrownBy(() -> mode.ask(request.apply(chat)))));
		List<ReceivedSpan> spans = this.client.spans(2);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("chat", "outer");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
		assertThat(spans.get(0).type()).isEqualTo("task");
		assertThat(spans.get(0).error()).isTrue();
		if (message != null) {
			assertThat(spans.get(0).statusMessage()).isEqualTo(message);
		}
		assertThat(spans.get(0).input().at("/0/content").asString()).startsWith("Where is ");
	}

	@Test
	void entityIsReadFromTheOutputOfItsTask() {
		this.client.model().says("{\"city\":\"P***s\"}").says("{\"city\":\"P***s\"}");
		this.client.run((chat) -> chat.defaultAdvisors(new Unmasking()), (chat, tracer) -> {
			assertThat(chat.prompt("where?").call().entity(Place.class)).isEqualTo(new Place("Paris"));
			assertThat(chat.prompt("where?").call().responseEntity(Place.class).entity()).isEqualTo(new Place("Paris"));
		});
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans.get(1).output().asString()).isEqualTo("{\"city\":\"Paris\"}");
		assertThat(spans.get(3).output().asString()).isEqualTo("{\"city\":\"Paris\"}");
		assertThat(spans.get(0).output().at("/0/message/content").asString()).isEqualTo("{\"city\":\"P***s\"}");
	}

	@Test
	void answerOfACacheIsTheOutputOfItsTask() {
		this.client.run((chat) -> chat.defaultAdvisors(new Cache()), (chat,
				tracer) -> assertThat(chat.prompt("where?").call().entity(Place.class)).isEqualTo(new Place("Rome")));
		List<ReceivedSpan> spans = this.client.spans(1);
		assertThat(spans.get(0).output().asString()).isEqualTo("{\"city\":\"Rome\"}");
	}

	@ParameterizedTest
	@EnumSource
	void promptIsTheOneThatTheModelWasGiven(Mode mode) {
		this.client.model().says("fine");
		this.client.run((chat) -> chat.defaultAdvisors(
				(advisors) -> advisors.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false)
					.advisors(new LastRewriter())),
				(chat, tracer) -> mode.ask(chat.prompt("hello")));
		String sent = this.client.model().prompts().get(0).getInstructions().get(0).getText();
		assertThat(sent).isEqualTo("hello, rewritten");
		assertThat(this.client.spans(2).get(0).input().at("/0/content").asString()).isEqualTo(sent);
	}

	@ParameterizedTest
	@EnumSource
	void answerThatTheModelIsToContinueIsPartOfTheInput(Mode mode) {
		this.client.model().says(" Paris.");
		this.client.run((chat) -> chat,
				(chat, tracer) -> mode.ask(chat.prompt(new Prompt(List.of(new UserMessage("old"),
						new AssistantMessage("older"), new UserMessage("Where?"), new AssistantMessage("In"))))));
		assertThat(this.client.spans(2).get(1).input().toString())
			.isEqualTo("[{\"role\":\"user\",\"content\":\"Where?\"},{\"role\":\"assistant\",\"content\":\"In\"}]");
	}

	@ParameterizedTest
	@EnumSource
	void systemTextAloneIsTheInput(Mode mode) {
		this.client.model().says("fine");
		this.client.run((chat) -> chat, (chat, tracer) -> mode.ask(chat.prompt().system("Say fine.")));
		assertThat(this.client.spans(2).get(1).input().toString())
			.isEqualTo("[{\"role\":\"system\",\"content\":\"Say fine.\"}]");
	}

	@Test
	void eachUseOfACallHasItsCallOfTheModel() {
		this.client.model().says("one").says("two");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			ChatClient.CallResponseSpec call = chat.prompt("hello").call();
			assertThat(call.content()).isEqualTo("one");
			assertThat(call.content()).isEqualTo("two");
		});
		pairs(this.client.spans(4));
	}

	@Test
	void eachSubscriptionToAStreamHasItsCallOfTheModel() {
		this.client.model().says("one").says("two");
		this.client.run((chat) -> chat, (chat, tracer) -> {
			Flux<String> answer = chat.prompt("hello").stream().content();
			assertThat(answer.blockLast()).isEqualTo("one");
			assertThat(answer.blockLast()).isEqualTo("two");
		});
		pairs(this.client.spans(4));
	}

	private static void pairs(List<ReceivedSpan> spans) {
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task", "llm", "task");
		assertThat(spans.get(0).isChildOf(spans.get(1))).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(3))).isTrue();
		assertThat(spans.get(1).output().asString()).isEqualTo("one");
		assertThat(spans.get(3).output().asString()).isEqualTo("two");
	}

	@Test
	void retriedStreamHasACallOfTheModelForEachAttempt() {
		this.client.model().answers(Flux.error(new IllegalStateException("overloaded"))).says("fine");
		this.client.run((chat) -> chat, (chat, tracer) -> tracer.taskSpan("outer")
			.run((span) -> assertThat(chat.prompt("hello").stream().content().retry(1).blockLast()).isEqualTo("fine")));
		List<ReceivedSpan> spans = this.client.spans(5);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task", "llm", "task", "task");
		assertThat(spans).extracting(ReceivedSpan::error).containsExactly(true, true, false, false, false);
		assertThat(spans.get(2).isChildOf(spans.get(3))).isTrue();
	}

	@Test
	void streamThatAnAdvisorRetriesHasACallOfTheModelForEachAttempt() {
		this.client.model().answers(Flux.error(new IllegalStateException("overloaded"))).says("fine");
		this.client.run((chat) -> chat.defaultAdvisors(new Retrying()),
				(chat, tracer) -> assertThat(chat.prompt("hello").stream().content().blockLast()).isEqualTo("fine"));
		List<ReceivedSpan> spans = this.client.spans(3);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "llm", "task");
		assertThat(spans.subList(0, 2)).allMatch((span) -> span.isChildOf(spans.get(2)));
		assertThat(spans).extracting(ReceivedSpan::error).containsExactly(true, false, false);
	}

	private static ChatResponse answer(String text) {
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
	}

	record Place(String city) {
	}

	static class Unmasking implements BaseAdvisor {

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			return request;
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			String text = response.chatResponse().getResult().getOutput().getText().replace("P***s", "Paris");
			return response.mutate().chatResponse(answer(text)).build();
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

	static class Cache implements CallAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return ChatClientResponse.builder()
				.chatResponse(answer("{\"city\":\"Rome\"}"))
				.context(request.context())
				.build();
		}

		@Override
		public String getName() {
			return "cache";
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

	static class LastRewriter implements BaseAdvisor {

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			return request.mutate()
				.prompt(request.prompt()
					.augmentUserMessage((message) -> message.mutate().text(message.getText() + ", rewritten").build()))
				.build();
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return response;
		}

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE - 1;
		}

	}

	static class Retrying implements BaseAdvisor {

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			return request;
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return response;
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request,
				org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain chain) {
			return Flux.defer(() -> chain.copy(this).nextStream(request)).retry(1);
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
