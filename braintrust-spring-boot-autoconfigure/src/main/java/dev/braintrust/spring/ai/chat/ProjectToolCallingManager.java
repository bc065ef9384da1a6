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
 * Traces the execution of tools. Spring AI's own manager only calls the tools, so it
 * receives traced tools. A manager of the application may inspect the tools, for example
 * to ask for an approval: it receives the original tools, and the spans are created from
 * its results.
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
			// The message about a limit arrives as a response of the advisor chain.
			if (!ex.getClass().getSimpleName().equals(LIMIT_EXCEEDED)) {
				tracing.observe(() -> run.requestedTools().failed(ex));
			}
			throw ex;
		}
		tracing.observe(() -> run.requestedTools().answered(result.conversationHistory()));
		return result;
	}

	// A request without a run belongs to a client that was mutated from a traced request;
	// its tools still have spans.
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
	 * The options for Spring AI's manager. Only the manager asks them for tools, so the
	 * application's options are called as often as without tracing.
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
	 * The builder of the advisor that a request registers itself to run the tool loop.
	 * The application's builder creates the advisor. If that builder is Spring AI's own,
	 * the advisor executes its tools through a traced manager, which only the advisor can
	 * see. An application's own advisor may inspect its manager, so it keeps the given
	 * one.
	 */
	static final class AdvisorBuilder extends ToolCallingAdvisor.Builder<AdvisorBuilder> {

		private final ToolCallingAdvisor.Builder<?> delegate;

		private final AgentRuns runs;

		AdvisorBuilder(ToolCallingAdvisor.Builder<?> delegate, AgentRuns runs) {
			this.delegate = delegate;
			this.runs = runs;
		}

		// Return the application's builder.
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
