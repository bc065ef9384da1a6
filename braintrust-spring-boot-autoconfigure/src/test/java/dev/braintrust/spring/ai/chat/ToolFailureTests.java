package dev.braintrust.spring.ai.chat;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.braintrust.spring.ai.Failure;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.execution.ToolExecutionException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the caller gets the same error as without tracing, and that spans record the
 * original error inside wrappers.
 */
class ToolFailureTests {

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	static Stream<Arguments> places() {
		return Arrays.stream(Place.values())
			.flatMap((place) -> Stream.of(Arguments.of(place, Mode.CALL), Arguments.of(place, Mode.STREAM)));
	}

	@ParameterizedTest
	@MethodSource("places")
	void callerSeesWhatItWouldSeeWithoutTracing(Place place, Mode mode) {
		Failing bare = new Failing(place);
		bare.script(this.client.model());
		Throwable expected = failure(mode, bare.apply(ChatClient.builder(this.client.model())).build());
		Failing failing = new Failing(place);
		failing.script(this.client.model());
		List<Throwable> seen = new ArrayList<>();
		this.client.run(failing::apply, (chat, tracer) -> seen.add(failure(mode, chat)));
		assertThat(describe(seen.get(0))).isEqualTo(describe(expected));
		assertThat(chain(seen.get(0)).contains(failing.error)).isEqualTo(chain(expected).contains(bare.error));
		assertThat(seen.get(0) == failing.error).isEqualTo(expected == bare.error);
		List<ReceivedSpan> spans = this.client.spans(place.spans);
		ReceivedSpan task = spans.get(spans.size() - 1);
		assertThat(task.type()).isEqualTo("task");
		assertThat(task.error()).isTrue();
		assertThat(task.statusMessage()).isEqualTo(place.message);
		assertThat(spans).filteredOn(ReceivedSpan::error).extracting(ReceivedSpan::type).containsExactly(place.failed);
	}

	@ParameterizedTest
	@EnumSource
	void toolThatThrowsIsAnErrorOfItsSpanThoughTheModelGetsAText(Mode mode) {
		this.client.callsTools(TracedClient.toolCall("1", "broken", "{}"), TracedClient.toolCall("2", "broken", "{}"));
		this.client.model().says("sorry");
		this.client.run((chat) -> chat.defaultTools(new Broken()),
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("hello"))).isEqualTo("sorry"));
		List<ReceivedSpan> spans = this.client.spans(5);
		assertThat(spans).extracting(ReceivedSpan::error).containsExactly(false, true, true, false, false);
		assertThat(spans.get(1).statusMessage()).isEqualTo("no tool today");
		assertThat(spans.get(1).events()).containsExactly("exception");
	}

	@Test
	void exceptionThatCannotBeReadReachesTheCaller() {
		RuntimeException unreadable = new RuntimeException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("unreadable");
			}

			@Override
			public synchronized Throwable getCause() {
				return this;
			}

		};
		this.client.model().answers(Flux.defer(() -> {
			throw unreadable;
		}));
		this.client.run((chat) -> chat, (chat, tracer) -> assertThat(failure(Mode.CALL, chat) == unreadable).isTrue());
		assertThat(this.client.spans(2)).extracting(ReceivedSpan::type).containsExactly("llm", "task");
	}

	static Stream<Arguments> wrappers() {
		IllegalStateException root = new IllegalStateException("root");
		ToolDefinition tool = ToolDefinition.builder().name("tool").inputSchema("{}").build();
		return Stream
			.of(new CompletionException(root), new ExecutionException(root), new ToolExecutionException(tool, root),
					new UndeclaredThrowableException(root), Exceptions.propagate(new CompletionException(root)),
					Exceptions.propagate(new ExecutionException(root)), Exceptions.retryExhausted("tried", root),
					new CompletionException(new ExecutionException(new ToolExecutionException(tool, root))), root)
			.map((wrapper) -> Arguments.of(wrapper, root));
	}

	@ParameterizedTest
	@MethodSource("wrappers")
	void wrappersHideTheErrorThatIsRecorded(Throwable wrapper, Throwable root) {
		assertThat(Failure.unwrap(wrapper)).isSameAs(root);
	}

	@Test
	void wrapperAroundNothingIsTheError() {
		CompletionException empty = new CompletionException("nothing", null);
		assertThat(Failure.unwrap(empty)).isSameAs(empty);
	}

	private static Throwable failure(Mode mode, ChatClient chat) {
		try {
			mode.ask(chat.prompt("hello"));
		}
		catch (Throwable ex) {
			return ex;
		}
		throw new AssertionError("It did not fail");
	}

	private static List<Throwable> chain(Throwable failure) {
		List<Throwable> chain = new ArrayList<>();
		for (Throwable next = failure; next != null; next = next.getCause()) {
			chain.add(next);
		}
		return chain;
	}

	private static List<String> describe(Throwable failure) {
		return chain(failure).stream()
			.map((part) -> part.getClass().getName() + ": " + part.getMessage() + " "
					+ Arrays.stream(part.getSuppressed())
						.map((suppressed) -> suppressed.getClass().getName() + ": " + suppressed.getMessage())
						.toList())
			.toList();
	}

	enum Place {

		MODEL(2, "model failed", "llm", "task"), MODEL_AFTER_CHUNKS(2, "model failed", "llm", "task"),
		MODEL_WRAPPED(2, "model failed", "llm", "task"), MODEL_AFTER_TOOL(4, "model failed", "llm", "task"),
		ADVISOR_BEFORE_LOOP(1, "advisor failed", "task"), ADVISOR_IN_LOOP(1, "advisor failed", "task"),
		ADVISOR_AFTER_LOOP(2, "advisor failed", "task"), TOOL(3, "tool failed", "tool", "task"),
		TOOL_WRAPPED(3, "tool failed", "tool", "task"), TOOL_CHECKED(3, "tool failed", "tool", "task"),
		SECOND_TOOL(4, "tool failed", "tool", "task"),
		UNKNOWN_TOOL(3, "No ToolCallback found for tool name: missing", "tool", "task"),
		UNKNOWN_AFTER_BROKEN_TOOL(4, "No ToolCallback found for tool name: missing", "tool", "tool", "task"),
		MANAGER(3, "manager failed", "tool", "task");

		private final int spans;

		private final String message;

		private final String[] failed;

		Place(int spans, String message, String... failed) {
			this.spans = spans;
			this.message = message;
			this.failed = failed;
		}

	}

	/**
	 * A client that fails at a chosen place, with a distinct error.
	 */
	static final class Failing {

		private final Place place;

		private final Throwable error;

		Failing(Place place) {
			this.place = place;
			this.error = switch (place) {
				case MODEL, MODEL_AFTER_CHUNKS, MODEL_WRAPPED, MODEL_AFTER_TOOL ->
					new IllegalArgumentException("model failed");
				case TOOL_CHECKED -> new java.io.IOException("tool failed");
				case ADVISOR_BEFORE_LOOP, ADVISOR_IN_LOOP, ADVISOR_AFTER_LOOP ->
					new IllegalArgumentException("advisor failed");
				case MANAGER -> new SecurityException("manager failed");
				default -> new UnsupportedOperationException("tool failed");
			};
			this.error.addSuppressed(new IllegalStateException("suppressed"));
		}

		void script(ScriptedModel model) {
			switch (this.place) {
				case MODEL -> model.answers(Flux.error(this.error));
				case MODEL_AFTER_CHUNKS ->
					model.answers(Flux.just(ScriptedModel.response(AssistantMessage.builder().content("one ")))
						.concatWith(Flux.error(this.error)));
				case MODEL_WRAPPED -> model.answers(Flux.error(new CompletionException(this.error)));
				case MODEL_AFTER_TOOL -> asks(model, "fine").answers(Flux.error(this.error));
				case ADVISOR_BEFORE_LOOP, ADVISOR_IN_LOOP -> model.prompts();
				case ADVISOR_AFTER_LOOP -> model.says("fine");
				case SECOND_TOOL -> asks(model, "fine", "broken", "fine");
				case UNKNOWN_TOOL -> asks(model, "missing", "fine");
				case UNKNOWN_AFTER_BROKEN_TOOL -> asks(model, "told", "missing");
				default -> asks(model, "broken");
			}
		}

		private static ScriptedModel asks(ScriptedModel model, String... tools) {
			List<AssistantMessage.ToolCall> calls = new ArrayList<>();
			for (String tool : tools) {
				calls.add(TracedClient.toolCall("call_" + calls.size(), tool, "{}"));
			}
			return model
				.answers(Flux.just(ScriptedModel.response(AssistantMessage.builder().content("").toolCalls(calls))));
		}

		ChatClient.Builder apply(ChatClient.Builder chat) {
			ToolDefinition broken = ToolDefinition.builder().name("broken").inputSchema("{}").build();
			chat.defaultTools(new ThrowingTool("fine", () -> null),
					new ThrowingTool("told",
							() -> new ToolExecutionException(broken, new IllegalStateException("told"))),
					new ThrowingTool("broken", () -> (this.place == Place.TOOL || this.place == Place.SECOND_TOOL)
							? this.error : new ToolExecutionException(broken, this.error)));
			return switch (this.place) {
				case ADVISOR_BEFORE_LOOP ->
					chat.defaultAdvisors(new ThrowingAdvisor(this.error, true, ToolCallingAdvisor.DEFAULT_ORDER - 1));
				case ADVISOR_IN_LOOP ->
					chat.defaultAdvisors(new ThrowingAdvisor(this.error, true, ToolCallingAdvisor.DEFAULT_ORDER + 1));
				case ADVISOR_AFTER_LOOP ->
					chat.defaultAdvisors(new ThrowingAdvisor(this.error, false, ToolCallingAdvisor.DEFAULT_ORDER - 1));
				case TOOL_WRAPPED -> chat.defaultAdvisors(ToolCallingAdvisor.builder()
					.toolCallingManager(DefaultToolCallingManager.builder()
						.toolExecutionExceptionProcessor(
								DefaultToolExecutionExceptionProcessor.builder().alwaysThrow(true).build())
						.build())
					.build());
				case MANAGER -> chat.defaultAdvisors(
						ToolCallingAdvisor.builder().toolCallingManager(new ThrowingManager(this.error)).build());
				default -> chat;
			};
		}

	}

	static class Broken {

		@Tool(name = "broken", description = "Fails")
		String broken() {
			throw new IllegalStateException("no tool today");
		}

	}

	record ThrowingTool(String name, Supplier<Throwable> failure) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name(this.name).description(this.name).inputSchema("{}").build();
		}

		@Override
		public String call(String toolInput) {
			if (this.failure.get() instanceof RuntimeException ex) {
				throw ex;
			}
			return "fine";
		}

	}

	static class ThrowingAdvisor implements BaseAdvisor {

		private final RuntimeException failure;

		private final boolean before;

		private final int order;

		ThrowingAdvisor(Throwable failure, boolean before, int order) {
			this.failure = (RuntimeException) failure;
			this.before = before;
			this.order = order;
		}

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			if (this.before) {
				throw this.failure;
			}
			return request;
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			throw this.failure;
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			Flux<ChatClientResponse> responses = chain.nextStream(before(request, chain));
			return responses.concatWith(Flux.error(this.failure));
		}

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return after(chain.nextCall(before(request, chain)), chain);
		}

		@Override
		public int getOrder() {
			return this.order;
		}

	}

	static class ThrowingManager implements ToolCallingManager {

		private final RuntimeException failure;

		ThrowingManager(Throwable failure) {
			this.failure = (RuntimeException) failure;
		}

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return List.of();
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			throw this.failure;
		}

	}

}
