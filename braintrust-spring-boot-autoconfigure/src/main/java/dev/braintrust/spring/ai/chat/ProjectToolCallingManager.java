package dev.braintrust.spring.ai.chat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.UnaryOperator;

import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.CollectionUtils;

/**
 * Traces the execution of tools. Spring AI's manager calls each tool and looks at nothing
 * else, so it is given tools that are traced. A manager of the application may look at
 * the tools, for example to ask for an approval: it is given the application's own, and
 * their spans are made of its results.
 */
final class ProjectToolCallingManager implements ToolCallingManager {

	private static final String LIMIT_EXCEEDED = "ToolCallLimitExceededException";

	private final ToolCallingManager delegate;

	private final AgentRuns runs;

	ProjectToolCallingManager(ToolCallingManager delegate, AgentRuns runs) {
		this.delegate = (delegate instanceof ProjectToolCallingManager traced) ? traced.delegate : delegate;
		this.runs = runs;
	}

	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
		return this.delegate.resolveToolDefinitions(options);
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
		AgentRun run = this.runs.tracing().see(() -> this.runs.thatAsked(calls(response)));
		ChatTracing tracing = (run != null) ? run.tracing() : this.runs.tracing();
		boolean traced = this.delegate.getClass() == DefaultToolCallingManager.class;
		Prompt executed = (traced && isRecording(run)) ? tracing.see(() -> withTracedTools(prompt, run), prompt)
				: prompt;
		if (run == null || !isRecording(run)) {
			return this.delegate.executeToolCalls(executed, response);
		}
		ToolExecution only = traced ? null : tracing.see(() -> run.requestedTools().startOnly());
		ToolExecutionResult result;
		try (Scope ignored = (only != null) ? tracing.scope(only.span()::makeCurrent) : Scope.noop()) {
			result = this.delegate.executeToolCalls(executed, response);
		}
		catch (Throwable ex) {
			// The message about a limit comes out of the chain of advisors.
			if (!ex.getClass().getSimpleName().equals(LIMIT_EXCEEDED)) {
				tracing.observe(() -> run.requestedTools().failed(ex));
			}
			throw ex;
		}
		tracing.observe(() -> run.requestedTools().answered(result.conversationHistory()));
		return result;
	}

	// Without a run it is the request of a client that the application made of a traced
	// request; its tools have spans all the same.
	private boolean isRecording(@Nullable AgentRun run) {
		return (run != null) ? run.isRecording() && !run.isEnded() : this.runs.isOn();
	}

	private static List<AssistantMessage.ToolCall> calls(ChatResponse response) {
		for (Generation generation : response.getResults()) {
			if (!CollectionUtils.isEmpty(generation.getOutput().getToolCalls())) {
				return generation.getOutput().getToolCalls();
			}
		}
		return List.of();
	}

	private Prompt withTracedTools(Prompt prompt, @Nullable AgentRun run) {
		return (prompt.getOptions() instanceof ToolCallingChatOptions options)
				? new Prompt(prompt.getInstructions(),
						DelegatingProxy.create(ToolCallingChatOptions.class, new TracedOptions(options, tracing(run))))
				: prompt;
	}

	private UnaryOperator<ToolCallback> tracing(@Nullable AgentRun run) {
		return (tool) -> new ToolExecution.TracedTool(tool, run, (run != null) ? run.tracing() : this.runs.tracing());
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	/**
	 * The options as Spring AI's manager sees them. It asks for the tools, and nobody
	 * else does, so the application's options are asked as often as without tracing.
	 */
	private static final class TracedOptions extends DelegatingProxy<ToolCallingChatOptions> {

		private final UnaryOperator<ToolCallback> tracing;

		TracedOptions(ToolCallingChatOptions options, UnaryOperator<ToolCallback> tracing) {
			super(options);
			this.tracing = tracing;
		}

		@Override
		@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			Object result = proceed(method, arguments);
			return (method.getName().equals("getToolCallbacks") && result instanceof List<?> tools)
					? tools.stream().map((tool) -> this.tracing.apply((ToolCallback) tool)).toList() : result;
		}

	}

	/**
	 * The builder of the advisor that a request registers by itself to run the tool loop.
	 * The advisor is built by the application's builder; if that is Spring AI's own, the
	 * advisor executes its tools through this manager, which nothing but the advisor can
	 * see. An advisor of the application's own may look at its manager, so it keeps the
	 * one it was given.
	 */
	static final class AdvisorBuilder extends ToolCallingAdvisor.Builder<AdvisorBuilder> {

		private final ToolCallingAdvisor.Builder<?> delegate;

		private final AgentRuns runs;

		AdvisorBuilder(ToolCallingAdvisor.Builder<?> delegate, AgentRuns runs) {
			this.delegate = delegate;
			this.runs = runs;
		}

		// The builder of the application.
		static ToolCallingAdvisor.Builder<?> untraced(ToolCallingAdvisor.Builder<?> builder) {
			return (builder instanceof AdvisorBuilder traced) ? traced.delegate : builder;
		}

		@Override
		public ToolCallingAdvisor.Builder<?> copy() {
			ToolCallingAdvisor.Builder<?> copy = this.delegate.copy();
			if (copy != null && copy.getClass() == ToolCallingAdvisor.Builder.class) {
				this.runs.tracing()
					.observe(() -> copy
						.toolCallingManager(new ProjectToolCallingManager(ClientState.toolManager(copy), this.runs)));
			}
			return copy;
		}

		@Override
		public int getAdvisorOrder() {
			return this.delegate.getAdvisorOrder();
		}

		@Override
		public ToolCallingAdvisor build() {
			return this.delegate.build();
		}

	}

}
