package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import dev.braintrust.spring.support.ReceivedSpan;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallLimitBehavior;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.StaticToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.ai.tool.resolution.StaticToolCallbackResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that each tool call of a model has one span, regardless of how the tool is
 * provided, resolved or answered.
 */
class ToolSpanTests {

	private static final ToolCallback CLOCK = tool("clock");

	private static final ToolCallback WEATHER = tool("weather");

	private final TracedClient client = new TracedClient();

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@EnumSource
	void parallelCallsAreSpansInTheOrderOfTheirExecution(Mode mode) {
		this.client.callsTools(call("1", "weather", "{\"city\":\"Paris\"}"), call("2", "clock", ""),
				call("3", "weather", "{\"city\":\"Rome\"}"));
		List<ReceivedSpan> spans = ask(mode, (chat) -> chat.defaultTools(CLOCK, WEATHER), 6);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "clock", "weather", "Chat Completion", "chat");
		assertThat(spans.subList(1, 4)).allMatch((span) -> span.type().equals("tool"))
			.allMatch((span) -> span.isChildOf(spans.get(5)))
			.extracting((span) -> span.input().toString() + span.output())
			.containsExactly("{\"city\":\"Paris\"}\"weather of {\\\"city\\\":\\\"Paris\\\"}\"", "{}\"clock of {}\"",
					"{\"city\":\"Rome\"}\"weather of {\\\"city\\\":\\\"Rome\\\"}\"");
		for (int i = 1; i < 5; i++) {
			assertThat(spans.get(i).start()).isGreaterThanOrEqualTo(spans.get(i - 1).end());
		}
	}

	@ParameterizedTest
	@EnumSource
	void toolsOfTheRequestOfAProviderAndOfAnAdvisorBeforeTheLoopAreTraced(Mode mode) {
		this.client.callsTools(call("1", "weather", "{}"), call("2", "clock", "{}"), call("3", "late", "{}"));
		this.client.model().says("fine");
		this.client.run((chat) -> chat,
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("hello")
					.tools(WEATHER, new StaticToolCallbackProvider(CLOCK))
					.advisors(new InjectingAdvisor(tool("late"))))).isEqualTo("fine"));
		assertThat(this.client.spans(6)).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "clock", "late", "Chat Completion", "chat");
	}

	@ParameterizedTest
	@EnumSource
	void toolThatIsFoundByItsNameHasASpan(Mode mode) {
		this.client.callsTools(call("1", "clock", "{\"zone\":1}"), call("2", "weather", "{}"),
				call("3", "clock", "{\"zone\":2}"));
		List<ReceivedSpan> spans = ask(mode,
				(chat) -> managed(manager().resolutionFallbackEnabled(true)
					.toolCallbackResolver(new StaticToolCallbackResolver(List.of(CLOCK)))
					.build()).defaultTools(WEATHER),
				6);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "tool", "tool", "tool", "llm", "task");
		assertThat(spans.subList(1, 4)).extracting(ReceivedSpan::name).containsExactly("weather", "clock", "clock");
		assertThat(spans.get(2).input().toString()).isEqualTo("{\"zone\":1}");
		assertThat(spans.get(2).output().asString()).isEqualTo("clock of {\"zone\":1}");
		assertThat(spans.get(3).output().asString()).isEqualTo("clock of {\"zone\":2}");
		assertThat(spans.get(2).isChildOf(spans.get(5))).isTrue();
		assertThat(spans.get(2).end()).isGreaterThan(spans.get(2).start());
		assertThat(spans.get(2).start()).isBetween(spans.get(0).start(), spans.get(4).start());
	}

	@ParameterizedTest
	@EnumSource
	void toolThatIsAddedBetweenTwoCallsOfTheModelHasASpan(Mode mode) {
		this.client.callsTools(call("", "weather", "{}"), call("", "late", "{}"), call("", "weather", "{}"));
		List<ReceivedSpan> spans = ask(mode,
				(chat) -> chat.defaultAdvisors(new LateTools(tool("late"))).defaultTools(WEATHER), 6);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "late", "weather", "Chat Completion", "chat");
	}

	@ParameterizedTest
	@EnumSource
	void toolThatAnAdvisorOfTheApplicationDecoratesHasOneSpanByTheNameThatTheModelKnows(Mode mode) {
		this.client.callsTools(call("1", "please_weather", "{}"), call("2", "please_weather", "{}"));
		List<ReceivedSpan> spans = ask(mode,
				(chat) -> chat.defaultAdvisors(new DecoratingTools()).defaultTools(WEATHER), 5);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "please_weather", "please_weather", "Chat Completion", "chat");
		assertThat(spans.get(1).input().toString()).isEqualTo("{}");
		assertThat(spans.get(1).output().asString()).isEqualTo("weather of {\"decorated\":true}");
	}

	@ParameterizedTest
	@EnumSource
	void toolThatIsFoundByItsNameAndReturnsDirectlyHasASpan(Mode mode) {
		ToolCallback direct = FunctionToolCallback.builder("direct", () -> "now")
			.toolMetadata(ToolMetadata.builder().returnDirect(true).build())
			.build();
		this.client.callsTools(call("1", "direct", "{}"));
		this.client.run((chat) -> chat.defaultAdvisors(loop(manager().resolutionFallbackEnabled(true)
			.toolCallbackResolver(new StaticToolCallbackResolver(List.of(direct)))
			.build())), (chat, tracer) -> assertThat(mode.ask(chat.prompt("hello"))).isEqualTo("\"now\""));
		List<ReceivedSpan> spans = this.client.spans(3);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "direct", "chat");
		assertThat(spans.get(1).output().asString()).isEqualTo("now");
		assertThat(spans.get(2).output().asString()).isEqualTo("\"now\"");
	}

	@ParameterizedTest
	@EnumSource
	void toolThatDoesNotExistIsAnErrorOfItsOwn(Mode mode) {
		this.client.callsTools(call("1", "weather", "{}"), call("2", "wether", "{\"city\":\"Paris\"}"),
				call("3", "weather", "{}"));
		this.client.run((chat) -> chat.defaultTools(WEATHER),
				(chat, tracer) -> assertThatThrownBy(() -> mode.ask(chat.prompt("hello")))
					.isInstanceOf(IllegalStateException.class)
					.hasMessage("No ToolCallback found for tool name: wether"));
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "wether", "chat");
		assertThat(spans).extracting(ReceivedSpan::error).containsExactly(false, false, true, true);
		assertThat(spans.get(2).input().toString()).isEqualTo("{\"city\":\"Paris\"}");
		assertThat(spans.get(2).statusMessage()).isEqualTo("No ToolCallback found for tool name: wether");
		assertThat(spans.get(2).has("braintrust.output_json")).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void callBeyondALimitIsDeniedWhereTheLimitEndsTheLoop(Mode mode) {
		this.client.callsTools(call("1", "weather", "{}"), call("2", "weather", "{}"), call("3", "clock", "{}"));
		String message = "Tool call limit (1) exceeded for tool 'weather'. "
				+ "No further calls to this tool are allowed in this turn.";
		this.client.run(
				(chat) -> chat.defaultAdvisors(loop(manager().maxCallsPerTool(1).build())).defaultTools(CLOCK, WEATHER),
				(chat, tracer) -> assertThat(mode.ask(chat.prompt("hello"))).isEqualTo(message));
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "weather", "chat");
		assertThat(spans.get(1).has("braintrust.metadata")).isFalse();
		assertThat(spans.get(2).metadata().toString()).isEqualTo("{\"tool_approval\":\"denied\"}");
		assertThat(spans.get(2).output().asString()).isEqualTo(message);
		assertThat(spans.get(2).error()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void callBeyondALimitThatIsToldToTheModelHasASpanWithWhatTheModelIsTold(Mode mode) {
		this.client.callsTools(call("", "weather", "{}"), call("", "weather", "{}"), call("", "clock", "{}"));
		List<ReceivedSpan> spans = ask(mode, (chat) -> managed(
				manager().maxCallsPerTool(1).onLimitExceeded(ToolCallLimitBehavior.RETURN_ERROR_RESPONSE).build())
			.defaultTools(CLOCK, WEATHER), 6);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "clock", "weather", "Chat Completion", "chat");
		assertThat(spans.get(3).output().asString()).startsWith("Tool call limit (1) exceeded");
		assertThat(spans.get(3).has("braintrust.metadata")).isFalse();
		assertThat(spans.get(3).start()).isBetween(spans.get(0).end(), spans.get(4).start());
	}

	@ParameterizedTest
	@EnumSource
	void callThatTheApplicationAnswersInThePlaceOfTheToolHasASpan(Mode mode) {
		this.client.callsTools(call("1", "weather", "{}"));
		List<ReceivedSpan> spans = ask(mode,
				(chat) -> chat.defaultAdvisors(loop(new AnsweringManager())).defaultTools(WEATHER), 4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "Chat Completion", "chat");
		assertThat(spans.get(1).output().asString()).isEqualTo("not allowed");
		assertThat(spans.get(1).has("braintrust.metadata")).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void callThatTheLoopLeavesToTheApplicationHasNoSpan(Mode mode) {
		this.client.callsTools(call("1", "weather", "{}"));
		this.client.run((chat) -> chat
			.defaultAdvisors(ToolCallingAdvisor.builder().toolExecutionEligibilityChecker((response) -> false).build())
			.defaultTools(WEATHER), (chat, tracer) -> mode.ask(chat.prompt("hello")));
		assertThat(this.client.spans(2)).extracting(ReceivedSpan::type).containsExactly("llm", "task");
	}

	@Test
	void toolsThatAnAdvisorOfTheApplicationExecutesHaveSpans() {
		this.client.callsTools(call("1", "weather", "{}"), call("2", "weather", "{}"));
		this.client.callsTools(call("1", "weather", "{}"));
		List<ReceivedSpan> spans = ask(Mode.CALL,
				(chat) -> chat
					.defaultAdvisors((advisors) -> advisors
						.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false)
						.advisors(new OwnLoop()))
					.defaultTools(WEATHER),
				7);
		assertThat(spans).extracting(ReceivedSpan::type)
			.containsExactly("llm", "tool", "tool", "llm", "tool", "llm", "task");
		assertThat(spans.get(1).output().asString()).isEqualTo("weather of {}");
	}

	@ParameterizedTest
	@EnumSource
	void toolWhoseDefinitionCannotBeReadBehavesAsWithoutTracing(Mode mode) {
		for (boolean traced : new boolean[] { false, true }) {
			this.client.callsTools(call("1", "shy", "{}"));
			this.client.model().says("fine");
			ShyTool shy = new ShyTool();
			if (traced) {
				this.client.run((chat) -> chat.defaultTools(shy),
						(chat, tracer) -> assertThat(mode.ask(chat.prompt("hello"))).isEqualTo("fine"));
			}
			else {
				assertThat(mode.ask(ChatClient.builder(this.client.model()).defaultTools(shy).build().prompt("hello")))
					.isEqualTo("fine");
			}
			assertThat(shy.calls).isEqualTo(1);
			assertThat(shy.refusals > 0).isEqualTo(traced);
		}
		List<ReceivedSpan> spans = this.client.spans(4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "shy", "Chat Completion", "chat");
		assertThat(spans.get(1).output().asString()).isEqualTo("shy");
	}

	@ParameterizedTest
	@EnumSource
	void managerOfTheApplicationSeesItsOwnTools(Mode mode) {
		for (boolean ownAdvisor : new boolean[] { true, false }) {
			AtomicReference<ToolCallback> seen = new AtomicReference<>();
			ToolCallingManager manager = new SeeingManager(seen);
			this.client.callsTools(call("1", "weather", "{}"));
			List<ReceivedSpan> spans = ask(mode,
					(chat) -> (ownAdvisor ? chat.defaultAdvisors(loop(manager)) : managed(manager))
						.defaultTools(WEATHER),
					ownAdvisor ? 4 : 8);
			assertThat(seen.get()).isSameAs(WEATHER);
			assertThat(spans).extracting(ReceivedSpan::name)
				.startsWith("Chat Completion", "weather", "Chat Completion", "chat");
			assertThat(spans).filteredOn((span) -> span.type().equals("tool"))
				.allSatisfy((span) -> assertThat(span.output().asString()).isEqualTo("weather of {}"));
		}
	}

	@Test
	void spansOfTheOnlyToolThatAManagerOfTheApplicationExecutesAreBelowIt() {
		AtomicReference<ProjectTracer> tracer = new AtomicReference<>();
		ToolCallback working = FunctionToolCallback
			.builder("working", () -> tracer.get().functionSpan("work").call((span) -> "done"))
			.build();
		this.client.callsTools(call("1", "working", "{}"));
		this.client.model().says("fine");
		this.client.run((chat) -> managed(new SeeingManager(new AtomicReference<>())).defaultTools(working),
				(chat, own) -> {
					tracer.set(own);
					assertThat(chat.prompt("hello").call().content()).isEqualTo("fine");
				});
		List<ReceivedSpan> spans = this.client.spans(5);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "work", "working", "Chat Completion", "chat");
		assertThat(spans.get(1).isChildOf(spans.get(2))).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(4))).isTrue();
	}

	@Test
	void toolsThatTheApplicationExecutesBetweenItsRequestsHaveSpans() {
		ToolCallingManager manager = ToolCallingManager.builder().build();
		this.client.callsTools(call("1", "weather", "{}"), call("2", "clock", "{}"));
		this.client.model().says("fine");
		this.client.run(
				(chat) -> chat.defaultTools(WEATHER, CLOCK)
					.defaultAdvisors((advisors) -> advisors
						.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false)),
				(chat, tracer) -> tracer.taskSpan("agent").run((span) -> {
					Prompt prompt = new Prompt(new UserMessage("hello"),
							ToolCallingChatOptions.builder().toolCallbacks(WEATHER, CLOCK).build());
					ChatResponse response = chat.prompt(prompt).call().chatResponse();
					ToolExecutionResult result = manager.executeToolCalls(prompt, response);
					Prompt next = new Prompt(result.conversationHistory());
					assertThat(chat.prompt(next).call().content()).isEqualTo("fine");
				}));
		List<ReceivedSpan> spans = this.client.spans(7);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "chat", "weather", "clock", "Chat Completion", "chat", "agent");
		assertThat(spans.subList(2, 4)).allSatisfy((span) -> {
			assertThat(span.type()).isEqualTo("tool");
			assertThat(span.isChildOf(spans.get(6))).isTrue();
			assertThat(span.start()).isBetween(spans.get(0).start(), spans.get(4).start());
		});
		assertThat(spans.get(2).output().asString()).isEqualTo("weather of {}");
	}

	@Test
	void definitionOfAToolIsReadOnceMoreThanWithoutTracing() {
		CountedTool tool = new CountedTool();
		for (int i = 0; i < 3; i++) {
			this.client.callsTools(call("" + i, "counted", "{}"), call(i + "b", "counted", "{}"));
		}
		this.client.model().says("fine");
		ChatClient.builder(this.client.model()).defaultTools(tool).build().prompt("hello").call().content();
		int bare = tool.reads;
		tool.reads = 0;
		for (int i = 0; i < 3; i++) {
			this.client.callsTools(call("" + i, "counted", "{}"), call(i + "b", "counted", "{}"));
		}
		List<ReceivedSpan> spans = ask(Mode.CALL, (chat) -> chat.defaultTools(tool), 11);
		assertThat(tool.reads).isEqualTo(bare + 1);
		assertThat(spans.get(0).metadata().at("/tools/0/function/name").asString()).isEqualTo("counted");
		assertThat(spans.get(9).metadata().get("tools")).isEqualTo(spans.get(0).metadata().get("tools"));
	}

	private List<ReceivedSpan> ask(Mode mode, UnaryOperator<ChatClient.Builder> defaults, int spans) {
		this.client.model().says("fine");
		this.client.run(defaults, (chat, tracer) -> assertThat(mode.ask(chat.prompt("hello"))).isEqualTo("fine"));
		return this.client.spans(spans);
	}

	private static AssistantMessage.ToolCall call(String id, String name, String arguments) {
		return TracedClient.toolCall(id, name, arguments);
	}

	private static ToolCallback tool(String name) {
		return new NamedTool(name);
	}

	private static ToolCallingAdvisor loop(ToolCallingManager manager) {
		return ToolCallingAdvisor.builder().toolCallingManager(manager).build();
	}

	private ChatClient.Builder managed(ToolCallingManager manager) {
		return ChatClient.builder(this.client.model(), ObservationRegistry.NOOP, null, null,
				ToolCallingAdvisor.builder().toolCallingManager(manager));
	}

	private static DefaultToolCallingManager.Builder manager() {
		return DefaultToolCallingManager.builder();
	}

	private static ChatClientRequest withTools(ChatClientRequest request, List<ToolCallback> tools) {
		ToolCallingChatOptions options = (ToolCallingChatOptions) request.prompt().getOptions();
		return request.mutate()
			.prompt(new Prompt(request.prompt().getInstructions(), options.mutate().toolCallbacks(tools).build()))
			.build();
	}

	private static List<ToolCallback> tools(ChatClientRequest request) {
		return ((ToolCallingChatOptions) request.prompt().getOptions()).getToolCallbacks();
	}

	record NamedTool(String name) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name(this.name).description(this.name).inputSchema("{}").build();
		}

		@Override
		public String call(String toolInput) {
			return this.name + " of " + toolInput;
		}

	}

	static class CountedTool implements ToolCallback {

		int reads;

		@Override
		public ToolDefinition getToolDefinition() {
			this.reads++;
			return ToolDefinition.builder().name("counted").description("counted").inputSchema("{}").build();
		}

		@Override
		public String call(String toolInput) {
			return "counted";
		}

	}

	interface Hidden {

	}

	static class ShyTool implements ToolCallback {

		int calls;

		int refusals;

		@Override
		public ToolDefinition getToolDefinition() {
			for (StackTraceElement element : new Throwable().getStackTrace()) {
				if (element.getClassName().equals(ToolDefinitions.class.getName())) {
					this.refusals++;
					throw new IllegalStateException("shy");
				}
			}
			return ToolDefinition.builder().name("shy").description("shy").inputSchema("{}").build();
		}

		@Override
		public String call(String toolInput) {
			this.calls++;
			return "shy";
		}

	}

	static class InjectingAdvisor implements BaseAdvisor {

		private final ToolCallback tool;

		InjectingAdvisor(ToolCallback tool) {
			this.tool = tool;
		}

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			List<ToolCallback> tools = new ArrayList<>(tools(request));
			tools.add(this.tool);
			return withTools(request, tools);
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return response;
		}

		@Override
		public int getOrder() {
			return ToolCallingAdvisor.DEFAULT_ORDER - 10;
		}

	}

	static class LateTools extends ToolCallingAdvisor {

		private final ToolCallback tool;

		LateTools(ToolCallback tool) {
			super(ToolCallingManager.builder().build(), DEFAULT_TOOL_EXECUTION_ELIGIBILITY_CHECKER, DEFAULT_ORDER,
					true);
			this.tool = tool;
		}

		@Override
		protected ChatClientRequest doBeforeCall(ChatClientRequest request, CallAdvisorChain chain) {
			return changed(request);
		}

		@Override
		protected ChatClientRequest doBeforeStream(ChatClientRequest request, StreamAdvisorChain chain) {
			return changed(request);
		}

		private ChatClientRequest changed(ChatClientRequest request) {
			List<ToolCallback> tools = new ArrayList<>(tools(request));
			tools.add(this.tool);
			return withTools(request, tools);
		}

	}

	static class DecoratingTools extends ToolCallingAdvisor {

		DecoratingTools() {
			super(ToolCallingManager.builder().build(), DEFAULT_TOOL_EXECUTION_ELIGIBILITY_CHECKER, DEFAULT_ORDER,
					true);
		}

		@Override
		protected ChatClientRequest doBeforeCall(ChatClientRequest request, CallAdvisorChain chain) {
			return changed(request);
		}

		@Override
		protected ChatClientRequest doBeforeStream(ChatClientRequest request, StreamAdvisorChain chain) {
			return changed(request);
		}

		private ChatClientRequest changed(ChatClientRequest request) {
			List<ToolCallback> tools = new ArrayList<>();
			tools(request).forEach((tool) -> tools.add(new DecoratedTool(tool)));
			return withTools(request, tools);
		}

	}

	record DecoratedTool(ToolCallback delegate) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder()
				.name("please_" + this.delegate.getToolDefinition().name())
				.description("please")
				.inputSchema("{}")
				.build();
		}

		@Override
		public String call(String toolInput) {
			return this.delegate.call("{\"decorated\":true}");
		}

		@Override
		public String call(String toolInput, ToolContext toolContext) {
			return call(toolInput);
		}

	}

	static class AnsweringManager implements ToolCallingManager {

		private final ToolCallingManager delegate = ToolCallingManager.builder().build();

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return this.delegate.resolveToolDefinitions(options);
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			AssistantMessage message = response.getResult().getOutput();
			List<Message> history = new ArrayList<>(prompt.getInstructions());
			history.add(message);
			history.add(ToolResponseMessage.builder()
				.responses(message.getToolCalls()
					.stream()
					.map((call) -> new ToolResponseMessage.ToolResponse(call.id(), call.name(), "not allowed"))
					.toList())
				.build());
			return ToolExecutionResult.builder().conversationHistory(history).build();
		}

	}

	static class SeeingManager implements ToolCallingManager {

		private final ToolCallingManager delegate = ToolCallingManager.builder().build();

		private final AtomicReference<ToolCallback> seen;

		SeeingManager(AtomicReference<ToolCallback> seen) {
			this.seen = seen;
		}

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return this.delegate.resolveToolDefinitions(options);
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			this.seen.set(((ToolCallingChatOptions) prompt.getOptions()).getToolCallbacks().get(0));
			return this.delegate.executeToolCalls(prompt, response);
		}

	}

	static class OwnLoop implements CallAdvisor {

		private final ToolCallingManager manager = ToolCallingManager.builder().build();

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			ChatClientRequest next = request;
			ChatClientResponse response = chain.copy(this).nextCall(next);
			while (response.chatResponse().hasToolCalls()) {
				ToolExecutionResult result = this.manager.executeToolCalls(next.prompt(), response.chatResponse());
				next = next.mutate()
					.prompt(new Prompt(result.conversationHistory(), next.prompt().getOptions()))
					.build();
				response = chain.copy(this).nextCall(next);
			}
			return response;
		}

		@Override
		public String getName() {
			return "own loop";
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
