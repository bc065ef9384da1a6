package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.observation.DefaultAdvisorObservationConvention;
import org.springframework.ai.chat.client.observation.DefaultChatClientObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;

/**
 * An application with one client, traced or untraced. Habits are added one by one before
 * it runs.
 */
final class Application {

	private final Transcript transcript = new Transcript();

	private final TwinModel model = new TwinModel(this.transcript);

	private final UnaryOperator<Object> tracing;

	private final List<ToolCallback> tools = new ArrayList<>();

	private final List<Advisor> advisors = new ArrayList<>();

	private final List<Consumer<ChatClient.Builder>> defaults = new ArrayList<>();

	private final List<UnaryOperator<ChatClient>> untraced = new ArrayList<>();

	private final List<UnaryOperator<ChatClient>> clients = new ArrayList<>();

	private final List<Consumer<ChatClientRequestSpec>> requests = new ArrayList<>();

	private final List<Consumer<ChatClient.Builder>> later = new ArrayList<>();

	private final List<Ending> endings = new ArrayList<>();

	private final DefaultToolCallingManager.Builder manager = ToolCallingManager.builder()
		.observationRegistry(registry());

	private Function<ChatClient, ChatClientRequestSpec> prompt = (client) -> client.prompt("where to?");

	private ToolCallingAdvisor.@Nullable Builder<?> loop;

	private @Nullable ToolCallingManager ownManager;

	private boolean builderTraced;

	private boolean conventions;

	private boolean observing;

	private int depth;

	private @Nullable ChatClient client;

	Application(UnaryOperator<Object> tracing) {
		this.tracing = tracing;
	}

	Transcript transcript() {
		return this.transcript;
	}

	TwinModel model() {
		return this.model;
	}

	ObservationRegistry registry() {
		return this.transcript.observed().registry();
	}

	/**
	 * The client or builder after the starter has processed it.
	 */
	@SuppressWarnings("unchecked")
	<T> T traced(T client) {
		return (T) this.tracing.apply(client);
	}

	List<ToolCallback> tools() {
		return this.tools;
	}

	<T extends ToolCallback> T tool(T tool) {
		this.tools.add(tool);
		return tool;
	}

	TwinTool tool(String name) {
		return tool(new TwinTool(name, false, this.transcript, (input) -> name + " has worked"));
	}

	List<Advisor> advisors() {
		return this.advisors;
	}

	Advisor advisor(TwinAdvisor.Side side, int order, TwinAdvisor.Move move) {
		Advisor advisor = side.advisor("advisor " + (this.advisors.size() + 1) + " (" + side + " " + move + ")", order,
				move, this);
		this.advisors.add(advisor);
		return advisor;
	}

	RuntimeException failure(String message) {
		return this.transcript.name("failure of " + message, new IllegalStateException(message));
	}

	void defaults(Consumer<ChatClient.Builder> defaults) {
		this.defaults.add(defaults);
	}

	/**
	 * Wrap the client before the starter sees it.
	 */
	void untraced(UnaryOperator<ChatClient> client) {
		this.untraced.add(client);
	}

	void client(UnaryOperator<ChatClient> client) {
		this.clients.add(client);
	}

	void request(Consumer<ChatClientRequestSpec> request) {
		this.requests.add(request);
	}

	void prompt(Function<ChatClient, ChatClientRequestSpec> prompt) {
		this.prompt = prompt;
	}

	void ending(Ending ending) {
		this.endings.add(ending);
	}

	/**
	 * Change the builder after its client was built.
	 */
	void changeBuilder(Consumer<ChatClient.Builder> step) {
		this.later.add(step);
	}

	void conventions() {
		this.conventions = true;
	}

	void observe() {
		this.observing = true;
	}

	void builderIsTraced() {
		this.builderTraced = true;
	}

	void loop(ToolCallingAdvisor.Builder<?> loop) {
		this.loop = loop;
	}

	DefaultToolCallingManager.Builder manager() {
		return this.manager;
	}

	/**
	 * The application's own manager, a single instance.
	 */
	ToolCallingManager ownManager() {
		if (this.ownManager == null) {
			this.ownManager = new TwinManager(this.manager.build(), this);
			this.model.manager(this.ownManager);
		}
		return this.ownManager;
	}

	boolean isDeep() {
		return this.depth++ > 2;
	}

	/**
	 * The request with other tools in its options, which are copied as applications do.
	 */
	ChatClientRequest offers(ChatClientRequest request, Consumer<List<ToolCallback>> change) {
		if (!(request.prompt().getOptions() instanceof ToolCallingChatOptions options)) {
			return request;
		}
		List<ToolCallback> tools = new ArrayList<>();
		if (options.getToolCallbacks() != null) {
			tools.addAll(options.getToolCallbacks());
		}
		change.accept(tools);
		return with(request, options.mutate().toolCallbacks(tools).build());
	}

	ChatClientRequest replacesOptions(ChatClientRequest request) {
		List<ToolCallback> tools = (request.prompt().getOptions() instanceof ToolCallingChatOptions options)
				? options.getToolCallbacks() : List.of();
		return with(request,
				new TenantOptions("replaced", TenantOptions.Copies.AS_INHERITED, this.transcript, tools, null));
	}

	private static ChatClientRequest with(ChatClientRequest request, ChatOptions options) {
		return request.mutate().prompt(request.prompt().mutate().chatOptions(options).build()).build();
	}

	/**
	 * Call the client from inside a tool, once.
	 */
	@Nullable String askAgain() {
		if (this.depth++ > 0 || this.client == null) {
			return "too deep";
		}
		return this.client.prompt("and then?").call().content();
	}

	/**
	 * Build the client and use it.
	 */
	void run() {
		try {
			this.client = build();
			for (Ending ending : this.endings.isEmpty() ? List.of(Ending.CONTENT) : this.endings) {
				if (this.observing) {
					Observation.createNotStarted("application", registry()).observe(() -> ask(ending));
				}
				else {
					ask(ending);
				}
			}
		}
		catch (RuntimeException ex) {
			this.transcript.note("no client because of", ex);
		}
	}

	private ChatClient build() {
		ChatClient.Builder builder = ChatClient.builder(this.model, registry(),
				this.conventions ? new ClientConvention() : null, this.conventions ? new AdvisorConvention() : null,
				this.loop);
		if (this.builderTraced) {
			builder = traced(builder);
			this.transcript.note("builder is", Content.kind(builder));
		}
		for (Consumer<ChatClient.Builder> step : this.defaults) {
			step.accept(builder);
		}
		ChatClient built = builder.build();
		ChatClient.Builder used = builder;
		this.later.forEach((step) -> this.clients.add((client) -> {
			step.accept(used);
			return client;
		}));
		for (UnaryOperator<ChatClient> step : this.untraced) {
			built = step.apply(built);
		}
		built = this.builderTraced ? built : traced(built);
		if (this.untraced.isEmpty()) {
			this.transcript.note("client is", Content.kind(built));
		}
		for (UnaryOperator<ChatClient> step : this.clients) {
			built = step.apply(built);
		}
		return built;
	}

	private void ask(Ending ending) {
		this.transcript.note("application asks by", ending);
		try {
			ChatClientRequestSpec request = this.prompt.apply(this.client);
			this.transcript.note("request is", Content.kind(request));
			for (Consumer<ChatClientRequestSpec> step : this.requests) {
				step.accept(request);
			}
			ending.end(request, this);
		}
		catch (RuntimeException | Error ex) {
			this.transcript.note("application catches", ex);
		}
		this.transcript.note("application goes on");
	}

	@Nullable ChatClient client() {
		return this.client;
	}

	private static final class ClientConvention extends DefaultChatClientObservationConvention {

		@Override
		public String getName() {
			return "own.client";
		}

	}

	private static final class AdvisorConvention extends DefaultAdvisorObservationConvention {

		@Override
		public String getName() {
			return "own.advisor";
		}

	}

}
