package dev.braintrust.spring.ai.chat;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.client.advisor.SimpleLoggerAdvisor;
import org.springframework.ai.chat.client.advisor.StructuredOutputValidationAdvisor;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallLimitBehavior;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.core.Ordered;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;

/**
 * The ways in which applications use a client. The table in {@code docs/isolation.md}
 * lists them.
 */
enum Habit {

	OTHER_OPTIONS(Area.OPTIONS, "options of the model that know no tools, of a provider, or for structured output",
			(app, dice) -> app.model().options(options(dice))),

	OWN_OPTIONS(Area.OPTIONS, "options of an own class, whose `mutate()` is inherited, copies a part or copies all",
			(app, dice) -> app.model()
				.options(new TenantOptions("acme", pick(dice, TenantOptions.Copies.values()), app.transcript(), null,
						Map.of("tenant", "acme")))),

	OPTIONS_OF_A_REQUEST(Area.OPTIONS,
			"options as defaults, of one request or of a `Prompt`, by builders of an own class too",
			Habit::optionsGiven),

	PLAIN_TOOL(Area.TOOLS, "tools of an own class, as defaults or of one request", (app, dice) -> {
		give(app, dice, app.tool("plain"));
		app.model().asksFor("plain");
	}),

	APPROVED_TOOL(Area.TOOLS, "tools of a class with a further interface, which an approval is asked for",
			(app, dice) -> {
				give(app, dice, app.tool(new TwinTool.ApprovedTool("refund", app.transcript(), (input) -> "refunded")));
				app.model().asksFor("refund");
			}),

	EQUAL_TOOLS(Area.TOOLS, "tools that equal others, and duplicates", (app, dice) -> {
		give(app, dice, app.tool(new TwinTool.EqualTool("equal")));
		if (dice.nextInt(3) == 0) {
			give(app, dice, app.tool(new TwinTool.EqualTool("equal")));
		}
		app.model().asksFor("equal");
	}),

	FUNCTION_TOOL(Area.TOOLS, "functions and methods as tools, with a `ToolContext`", Habit::springTools),

	DIRECT_TOOL(Area.TOOLS, "tools that return directly", (app, dice) -> {
		give(app, dice, app.tool(new TwinTool("direct", true, app.transcript(), (input) -> "{\"city\":\"Rome\"}")));
		app.model().asksFor("direct");
	}),

	FAILING_TOOL(Area.TOOLS, "tools that fail, in a way that becomes a result or one that does not",
			Habit::failingTool),

	ASKING_TOOL(Area.TOOLS, "tools that ask the same client", (app, dice) -> {
		give(app, dice, app.tool(new TwinTool("ask", false, app.transcript(), (input) -> "it says " + app.askAgain())));
		app.model().asksFor("ask");
	}),

	TOOL_PROVIDER(Area.TOOLS, "providers of tools, which count how often they are asked, or fail", Habit::toolProvider),

	UNKNOWN_TOOL(Area.TOOLS, "tools that are not offered: found by a resolver, or unknown", (app, dice) -> {
		if (dice.nextBoolean()) {
			ToolCallback found = app.tool("found");
			app.manager().resolutionFallbackEnabled(dice.nextInt(3) > 0).toolCallbackResolver((name) -> {
				app.transcript().noteHere("resolver is asked for", name);
				return found;
			});
		}
		app.model().asksFor("found");
	}),

	SEVERAL_TOOLS(Area.TOOLS, "several tools in one answer, and several rounds", (app, dice) -> {
		give(app, dice, app.tool("one"));
		give(app, dice, app.tool("two"));
		app.model().asksFor("one", "two").asksFor("two");
	}),

	TOOL_CONTEXT(Area.TOOLS, "a context for tools", (app, dice) -> {
		app.defaults((builder) -> builder.defaultToolContext(Map.of("user", "Ada")));
		app.request((request) -> request.toolContext(Map.of("order", 17)));
	}),

	OWN_MANAGER(Area.LOOP,
			"an own `ToolCallingManager`, which looks at the tools by `instanceof`, `==`, `equals` and `contains`",
			(app, dice) -> app.loop(loop(app, dice).toolCallingManager(app.ownManager()))),

	LIMITS(Area.LOOP, "limits of tool calls, and an own processor of tool failures", (app, dice) -> {
		app.manager()
			.maxCallsPerTool(1)
			.onLimitExceeded(pick(dice, ToolCallLimitBehavior.values()))
			.toolExecutionExceptionProcessor((failure) -> {
				app.transcript().noteHere("processor is given", failure, failure.getCause());
				if (dice.nextBoolean()) {
					throw failure;
				}
				return "processed";
			});
		app.loop(loop(app, dice).toolCallingManager(app.ownManager()));
	}),

	OWN_LOOP(Area.LOOP, "an own subclass of `ToolCallingAdvisor`, with its hooks, given as a builder or as an advisor",
			(app, dice) -> {
				TwinToolAdvisor.Builder loop = new TwinToolAdvisor.Builder(app.transcript())
					.toolCallingManager(app.ownManager());
				placed(loop, dice);
				if (dice.nextBoolean()) {
					app.loop(loop);
				}
				else {
					app.defaults((builder) -> builder.defaultAdvisors(app.transcript().name("loop", loop.build())));
				}
			}),

	LOOP_OF_SPRING_AI(Area.LOOP, "Spring AI's `ToolCallingAdvisor` at another order or without its own history",
			(app, dice) -> {
				ToolCallingAdvisor.Builder<?> loop = placed(loop(app, dice), dice);
				if (dice.nextInt(3) == 0) {
					loop.disableInternalConversationHistory();
				}
				app.request((request) -> request.advisors(app.transcript().name("loop", loop.build())));
			}),

	OWN_CHECK(Area.LOOP, "an own check whether an answer asks for tools",
			(app, dice) -> app.loop(loop(app, dice).toolExecutionEligibilityChecker((response) -> {
				app.transcript().note("asks for tools?", response);
				return response != null && response.hasToolCalls();
			}))),

	NO_LOOP(Area.LOOP, "no tool loop: registration is switched off, as a default or for one request", (app, dice) -> {
		String key = ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey();
		if (dice.nextBoolean()) {
			app.defaults((builder) -> builder.defaultAdvisors((spec) -> spec.param(key, false)));
		}
		else {
			app.request((request) -> request.advisors((spec) -> spec.param(key, false)));
		}
	}),

	OWN_EXECUTION(Area.LOOP, "tools that the application runs itself, round by round", (app, dice) -> {
		app.defaults((builder) -> builder.defaultAdvisors(
				(spec) -> spec.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false)));
		give(app, dice, app.tool("own"));
		app.model().asksFor("own");
		app.ending(Ending.TOOLS_RUN_BY_THE_APPLICATION);
	}),

	TWO_LOOPS(Area.LOOP, "two tool loops, which Spring AI refuses", (app, dice) -> {
		app.request((request) -> request.advisors(app.transcript().name("loop", ToolCallingAdvisor.builder().build())));
		if (dice.nextInt(3) == 0) {
			app.defaults((builder) -> builder.defaultAdvisors(ToolCallingAdvisor.builder().build()));
		}
	}),

	ADVISOR(Area.ADVISORS,
			"advisors of calls, streams or both, at every order, which look, copy the chain, call again, retry, answer, throw, or change messages, options, tools, context and answers",
			(app, dice) -> advise(app, dice,
					app.advisor(pick(dice, TwinAdvisor.Side.values()), order(dice),
							pick(dice, TwinAdvisor.Move.values())))),

	LOOKING_ADVISOR(Area.ADVISORS, "advisors that look for themselves and the tool loop in the chain",
			(app, dice) -> advise(app, dice, app.advisor(TwinAdvisor.Side.BOTH, order(dice), TwinAdvisor.Move.LOOKS))),

	ADVISORS_OF_ONE_ORDER(Area.ADVISORS, "several advisors of one order", (app, dice) -> {
		int order = order(dice);
		for (int i = 0; i < 3; i++) {
			advise(app, dice, app.advisor(TwinAdvisor.Side.BOTH, order,
					(i == 0) ? TwinAdvisor.Move.COPIES_THE_CHAIN : TwinAdvisor.Move.LOOKS));
		}
	}),

	VALIDATING_ADVISOR(Area.ADVISORS, "`StructuredOutputValidationAdvisor`, outside or inside of the loop",
			(app, dice) -> {
				app.model().says("no json").says("{\"city\":\"Paris\"}");
				advise(app, dice,
						StructuredOutputValidationAdvisor.builder()
							.outputType(Ending.Place.class)
							.advisorOrder(order(dice) / 2)
							.build());
			}),

	SPRING_ADVISOR(Area.ADVISORS, "`SimpleLoggerAdvisor`, at any order",
			(app, dice) -> advise(app, dice, SimpleLoggerAdvisor.builder().order(order(dice)).build())),

	MEMORY(Area.ADVISORS, "`MessageChatMemoryAdvisor` outside or inside of the loop, over several questions",
			(app, dice) -> {
				app.defaults((builder) -> builder.defaultAdvisors(
						(spec) -> spec
							.advisors(MessageChatMemoryAdvisor.builder(new TwinMemory(app.transcript()))
								.order(dice.nextBoolean() ? ToolCallingAdvisor.DEFAULT_ORDER + 10
										: ToolCallingAdvisor.DEFAULT_ORDER - 100)
								.build())
							.param(ChatMemory.CONVERSATION_ID, "c-1")));
				app.ending(pick(dice, Ending.values()));
			}),

	RENDERER(Area.TEMPLATES, "a template renderer with a state, or one that fails", (app, dice) -> {
		AtomicInteger count = new AtomicInteger();
		boolean fails = dice.nextInt(4) == 0;
		RuntimeException failure = app.failure("renderer");
		app.defaults((builder) -> builder.defaultTemplateRenderer((template, variables) -> {
			app.transcript().noteHere("renderer renders", template, variables);
			if (fails) {
				throw failure;
			}
			return template + " rendered as number " + count.incrementAndGet();
		}).defaultSystem((system) -> system.text("Be {mood}").param("mood", "kind")));
	}),

	ONE_SHOT_PARAMETERS(Area.TEMPLATES, "parameters that can be read once", (app, dice) -> {
		Iterator<String> cities = List.of("Paris", "Rome", "Oslo", "Bern", "Riga", "Lima").iterator();
		Object next = new Object() {
			@Override
			public String toString() {
				return cities.next();
			}
		};
		app.request((request) -> request.user((user) -> user.text("to {city}?").param("city", next)));
	}),

	DEFAULT_TEXTS(Area.TEMPLATES, "default texts with parameters, some of them without a text",
			(app, dice) -> app.defaults((builder) -> {
				if (dice.nextBoolean()) {
					builder.defaultSystem((system) -> system.text("Be {mood}.").param("mood", "kind"));
				}
				builder
					.defaultUser((user) -> user.text("{question}?").param("question", "where").metadata("from", "Ada"));
			})),

	TEXTS_OF_RESOURCES(Area.TEMPLATES, "texts of resources, media and metadata",
			(app, dice) -> app.request((request) -> request.system(new ByteArrayResource("Be brief.".getBytes()))
				.user((user) -> user.text("what is this?")
					.metadata("from", "Ada")
					.media(Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(new byte[] { 1, 2, 3 }).build())))),

	MESSAGES(Area.TEMPLATES, "messages and a `Prompt` of messages", (app, dice) -> {
		List<Message> messages = List.of(app.transcript().name("question", new UserMessage("first")),
				app.transcript().name("answer", new AssistantMessage("answered")));
		if (dice.nextBoolean()) {
			app.request((request) -> request.messages(messages).user("second"));
		}
		else {
			app.prompt((client) -> client.prompt(new Prompt(messages)));
		}
	}),

	MUTATED_CLIENT(Area.CLIENTS, "clients made by `client.mutate()`", (app, dice) -> app.client((client) -> {
		ChatClient.Builder builder = client.mutate();
		app.transcript().note("builder is", Content.kind(builder));
		return builder.defaultSystem("Be mutated.").build();
	})),

	MUTATED_REQUEST(Area.CLIENTS, "clients made by `request.mutate()`", (app, dice) -> app.client((client) -> {
		ChatClient.Builder builder = client.prompt("made of a request").mutate();
		app.transcript().note("builder is", Content.kind(builder));
		return builder.build();
	})),

	REBUILT_CLIENT(Area.CLIENTS, "`new DefaultChatClient((DefaultChatClientRequestSpec) client.prompt())`",
			(app, dice) -> app
				.client((client) -> new DefaultChatClient((DefaultChatClientRequestSpec) client.prompt()))),

	DECORATED_CLIENT(Area.CLIENTS, "clients behind a proxy or in an own class, which count how they are used",
			(app, dice) -> app.untraced((client) -> dice.nextBoolean() ? TwinClient.proxy(client, app.transcript())
					: new TwinClient(client, app.transcript()))),

	READ_DEFAULTS(Area.CLIENTS, "reading the defaults of a client by the getters of its request",
			(app, dice) -> app.request((request) -> read((DefaultChatClientRequestSpec) request, app))),

	BUILDER(Area.CLIENTS, "a builder of a project, which is cloned and used again", (app, dice) -> {
		app.builderIsTraced();
		app.defaults((builder) -> {
			ChatClient.Builder clone = builder.clone();
			app.transcript().note("clone is", Content.kind(clone), clone == builder);
			app.transcript().note("the same builder", builder.defaultSystem("Be built.") == builder);
			builder.build();
		});
	}),

	FLUENT_REQUEST(Area.CLIENTS, "requests that are used on, without what their methods return",
			(app, dice) -> app.request((request) -> app.transcript()
				.note("the same request", request.user("used on") == request, request.advisors(List.of()) == request))),

	LIVE_REQUEST(Area.CLIENTS, "requests that are changed by the lists and maps of their getters",
			(app, dice) -> app.request((request) -> change((DefaultChatClientRequestSpec) request, app))),

	BUILDER_USED_ON(Area.CLIENTS, "a builder that is changed after its client was built",
			(app, dice) -> app
				.changeBuilder((builder) -> builder.defaultSystem("Be late.").defaultTools(app.tool("late")))),

	CONVENTIONS(Area.OBSERVATIONS, "own conventions for the observations of clients and advisors",
			(app, dice) -> app.conventions()),

	OBSERVATION(Area.OBSERVATIONS, "an observation of the application's around its use of a client",
			(app, dice) -> app.observe()),

	CALL(Area.ENDINGS, "calls for content, a response or an entity, by a converter, validated or by the provider",
			(app, dice) -> {
				app.ending(Ending.values()[dice.nextInt(Ending.TOOLS_RUN_BY_THE_APPLICATION.ordinal())]);
				app.model().says("{\"city\":", "\"Paris\"}");
			}),

	INVALID_ENTITY(Area.ENDINGS, "entities that are not valid at first", (app, dice) -> {
		app.model().says("not ", "at all").says("{\"town\":1}").says("{\"city\":\"Paris\"}");
		app.ending(pick(dice, Ending.ENTITY_VALIDATED, Ending.ENTITY, Ending.ENTITY_AND_RESPONSE_VALIDATED,
				Ending.ENTITY_BY_THE_PROVIDER_VALIDATED));
	}),

	STREAM(Area.ENDINGS, "streams, also cancelled, retried, resumed, taken twice, or with a context",
			(app, dice) -> app.ending(Ending.values()[Ending.STREAM_OF_CONTENT.ordinal()
					+ dice.nextInt(Ending.values().length - Ending.STREAM_OF_CONTENT.ordinal())])),

	FAILING_MODEL(Area.ENDINGS, "models that fail, refuse to stream, or answer nothing", (app, dice) -> {
		switch (dice.nextInt(3)) {
			case 0 -> app.model().fails(app.failure("model"));
			case 1 -> app.model().refuses(app.failure("model at once"));
			default -> app.model().saysNothing();
		}
	});

	private final Area area;

	private final String description;

	private final BiConsumer<Application, Random> way;

	Habit(Area area, String description, BiConsumer<Application, Random> way) {
		this.area = area;
		this.description = description;
		this.way = way;
	}

	/**
	 * The area of a habit.
	 */
	enum Area {

		OPTIONS("options", 1), TOOLS("tools", 3), LOOP("the tool loop", 1), ADVISORS("advisors", 4),
		TEMPLATES("prompts", 2), CLIENTS("clients", 2), OBSERVATIONS("observations", 1), ENDINGS("answers", 2);

		private final String name;

		private final int most;

		Area(String name, int most) {
			this.name = name;
			this.most = most;
		}

		@Override
		public String toString() {
			return this.name;
		}

		/**
		 * The maximum number of habits of this area in an application.
		 */
		int most() {
			return this.most;
		}

	}

	/**
	 * Whether an application may have the habit several times.
	 */
	boolean isRepeatable() {
		return this.area == Area.ENDINGS || this == ADVISOR;
	}

	Area area() {
		return this.area;
	}

	String description() {
		return this.description;
	}

	/**
	 * Add the habit to an application.
	 * @param app the application
	 * @param seed the seed for the habit's random choices
	 */
	void in(Application app, long seed) {
		this.way.accept(app, new Random(seed));
	}

	@SafeVarargs
	private static <T> T pick(Random dice, T... candidates) {
		return candidates[dice.nextInt(candidates.length)];
	}

	private static int order(Random dice) {
		return pick(dice, Ordered.HIGHEST_PRECEDENCE, ToolCallingAdvisor.DEFAULT_ORDER - 1,
				ToolCallingAdvisor.DEFAULT_ORDER, ToolCallingAdvisor.DEFAULT_ORDER + 1, 0, 0, 1,
				Ordered.LOWEST_PRECEDENCE - 2000, Ordered.LOWEST_PRECEDENCE - 1, Ordered.LOWEST_PRECEDENCE);
	}

	private static ChatOptions options(Random dice) {
		return switch (dice.nextInt(4)) {
			case 0 -> OpenAiChatOptions.builder().model("gpt").temperature(0.1).build();
			case 1 -> StructuredOutputChatOptions.builder().model("structured").build();
			default -> ChatOptions.builder().model("stub").build();
		};
	}

	private static void optionsGiven(Application app, Random dice) {
		ChatOptions.Builder<?> options = switch (dice.nextInt(3)) {
			case 0 -> ToolCallingChatOptions.builder().temperature(0.7).toolContext("from", "options");
			case 1 -> new TenantOptions("given", TenantOptions.Copies.ALL, app.transcript(), null, null).mutate();
			default -> ChatOptions.builder().temperature(0.9);
		};
		switch (dice.nextInt(3)) {
			case 0 -> app.defaults((builder) -> builder.defaultOptions(options));
			case 1 -> app.request((request) -> request.options(options));
			default -> app.prompt((client) -> client
				.prompt(new Prompt("by a prompt", options.stopSequences(List.of("stop")).build())));
		}
	}

	private static void give(Application app, Random dice, ToolCallback tool) {
		if (dice.nextBoolean()) {
			app.defaults((builder) -> builder.defaultTools(tool));
		}
		else {
			app.request((request) -> request.tools(tool));
		}
	}

	private static void springTools(Application app, Random dice) {
		if (dice.nextBoolean()) {
			give(app, dice, app.tool(app.transcript()
				.name("function",
						FunctionToolCallback.builder("clock", (Map<String, Object> input, ToolContext context) -> {
							app.transcript().noteHere("function is called", input, context);
							return "noon";
						}).inputType(Map.class).build())));
			app.model().asksFor("clock");
			return;
		}
		ToolCallback[] methods = MethodToolCallbackProvider.builder()
			.toolObjects(new TwinTool.Methods(app.transcript()))
			.build()
			.getToolCallbacks();
		give(app, dice, app.tool(app.transcript().name("method", methods[0])));
		app.model().asksFor("weather");
	}

	private static void failingTool(Application app, Random dice) {
		RuntimeException failure = app.failure("tool");
		boolean asResult = dice.nextBoolean();
		TwinTool[] self = new TwinTool[1];
		self[0] = new TwinTool("failing", false, app.transcript(), (input) -> {
			throw asResult ? self[0].failure(failure) : failure;
		});
		give(app, dice, app.tool(self[0]));
		app.model().asksFor("failing");
	}

	private static void toolProvider(Application app, Random dice) {
		AtomicInteger count = new AtomicInteger();
		boolean fails = dice.nextInt(4) == 0;
		RuntimeException failure = app.failure("provider");
		app.defaults((builder) -> builder.defaultTools((ToolCallbackProvider) () -> {
			app.transcript().noteHere("provider is asked");
			if (fails) {
				throw failure;
			}
			return new ToolCallback[] { app.tool("provided" + count.incrementAndGet()) };
		}));
		app.model().asksFor("provided1");
	}

	private static ToolCallingAdvisor.Builder<?> loop(Application app, Random dice) {
		return dice.nextBoolean() ? ToolCallingAdvisor.builder().toolCallingManager(app.ownManager())
				: ToolCallingAdvisor.builder();
	}

	private static ToolCallingAdvisor.Builder<?> placed(ToolCallingAdvisor.Builder<?> loop, Random dice) {
		return loop.advisorOrder(pick(dice, ToolCallingAdvisor.DEFAULT_ORDER, 0, 1, Ordered.HIGHEST_PRECEDENCE + 1,
				Ordered.LOWEST_PRECEDENCE - 1));
	}

	private static void advise(Application app, Random dice, Advisor advisor) {
		if (dice.nextBoolean()) {
			app.defaults((builder) -> builder.defaultAdvisors(advisor));
		}
		else {
			app.request((request) -> request.advisors(advisor));
		}
	}

	private static void change(DefaultChatClientRequestSpec request, Application app) {
		request.getAdvisors().add(app.advisor(TwinAdvisor.Side.BOTH, 2, TwinAdvisor.Move.LOOKS));
		request.getToolCallbacks().add(app.tool("added"));
		request.getToolContext().put("added", true);
		request.getMessages().add(new UserMessage("added"));
	}

	private static void read(DefaultChatClientRequestSpec request, Application app) {
		app.transcript()
			.note("defaults are", request.getSystemText(), request.getSystemParams(), request.getUserText(),
					request.getUserParams(), request.getMessages(), request.getAdvisors(), request.getAdvisorParams(),
					request.getToolCallbacks(), request.getToolCallbackProviders().size(), request.getToolContext(),
					request.getMedia().size(), Content.kind(request.getTemplateRenderer()));
	}

}
