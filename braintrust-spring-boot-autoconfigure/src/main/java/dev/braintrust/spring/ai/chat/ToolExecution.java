package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.Failure;
import dev.braintrust.spring.ai.OpenSpan;
import dev.braintrust.spring.ai.message.JsonText;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.util.StringUtils;

/**
 * The span of a tool execution that is observed while it runs.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#child-tool-spans-tool-executions">Braintrust's
 * instrumentation guide, "Child tool spans"</a>
 */
final class ToolExecution extends OpenSpan {

	private final String name;

	private final String arguments;

	private volatile @Nullable JsonText output;

	private volatile @Nullable Throwable failure;

	private ToolExecution(ChatTracing tracing, ProjectSpan span, String name, String arguments) {
		super(tracing, span);
		this.name = name;
		this.arguments = arguments;
	}

	static ToolExecution start(@Nullable AgentRun run, ChatTracing tracing, String name, String arguments) {
		ProjectSpan span = tracing.tracer()
			.toolSpan(name)
			.setParent((run != null) ? run.context() : Context.current())
			.input(new JsonText(arguments))
			.startSpan();
		ToolExecution execution = new ToolExecution(tracing, span, name, arguments);
		if (run != null) {
			run.requestedTools().executed(execution);
		}
		return execution;
	}

	// Spring AI sends missing arguments to the tool as an empty object.
	static String arguments(ToolCall request) {
		return StringUtils.hasText(request.arguments()) ? request.arguments() : "{}";
	}

	// Return the result of a tool that returns directly.
	static ToolResponse result(Generation generation) {
		return new ToolResponse(generation.getMetadata().getOrDefault(ToolExecutionResult.METADATA_TOOL_ID, ""),
				generation.getMetadata().getOrDefault(ToolExecutionResult.METADATA_TOOL_NAME, ""),
				String.valueOf(generation.getOutput().getText()));
	}

	// Whether this execution may belong to a request.
	boolean isLike(ToolCall request, Likeness likeness) {
		return switch (likeness) {
			case NAME_AND_ARGUMENTS -> this.name.equals(request.name()) && this.arguments.equals(arguments(request));
			case NAME -> this.name.equals(request.name());
			case ORDER -> true;
		};
	}

	// Whether the tool threw this exception.
	boolean hasFailedBy(Throwable unwrapped) {
		Throwable thrown = this.failure;
		return thrown != null && Failure.unwrap(thrown) == unwrapped;
	}

	void end(@Nullable String result) {
		if (claim()) {
			this.output = new JsonText(result);
			finish(null);
		}
	}

	@Override
	public void fail(Throwable failure) {
		this.failure = failure;
		super.fail(failure);
	}

	// End an execution by an application's manager with the result that the manager
	// returned. Other executions have already ended.
	void endLate(List<Answer> answers) {
		for (Answer answer : answers) {
			if (answer.request().name().equals(this.name)) {
				end(answer.result());
			}
		}
		end();
	}

	// End an execution by an application's manager with the manager's error. Other
	// executions have already ended.
	void failLate(Throwable failure) {
		if (!isEnded()) {
			fail(failure);
		}
	}

	// Remove executions together with their requests. The best matches are removed first.
	static void forget(List<ToolExecution> executions, List<ToolCall> requests) {
		for (Likeness likeness : Likeness.values()) {
			executions.removeIf((execution) -> {
				Optional<ToolCall> request = requests.stream()
					.filter((asked) -> execution.isLike(asked, likeness))
					.findFirst();
				return request.isPresent() && requests.remove(request.get());
			});
		}
	}

	@Override
	protected void write() {
		if (this.output != null) {
			span().output(this.output);
		}
	}

	/**
	 * A tool whose executions are traced, passed to Spring AI's tool manager. An
	 * exception of the tool is recorded on its span, even if the model receives a text
	 * instead.
	 */
	static final class TracedTool implements ToolCallback {

		private final ToolCallback delegate;

		private final @Nullable AgentRun run;

		private final ChatTracing tracing;

		private volatile @Nullable String name;

		TracedTool(ToolCallback delegate, @Nullable AgentRun run, ChatTracing tracing) {
			this.delegate = delegate;
			this.run = run;
			this.tracing = tracing;
		}

		// The manager reads the definition to find the tool, so the name is known before
		// the tool is called.
		@Override
		public ToolDefinition getToolDefinition() {
			ToolDefinition definition = this.delegate.getToolDefinition();
			if (definition != null && this.name == null) {
				String name = this.tracing.see(definition::name);
				this.name = name;
				if (this.run != null && name != null) {
					this.run.requestedTools().known(name);
				}
			}
			return definition;
		}

		@Override
		public ToolMetadata getToolMetadata() {
			return this.delegate.getToolMetadata();
		}

		@Override
		public String call(String toolInput) {
			return execute(toolInput, () -> this.delegate.call(toolInput));
		}

		@Override
		public String call(String toolInput, @Nullable ToolContext toolContext) {
			return execute(toolInput, () -> this.delegate.call(toolInput, toolContext));
		}

		private String execute(String toolInput, Supplier<String> tool) {
			String name = this.name;
			ToolExecution execution = (name != null)
					? this.tracing.see(() -> start(this.run, this.tracing, name, toolInput)) : null;
			if (execution == null) {
				return tool.get();
			}
			String result;
			try (Scope ignored = this.tracing.scope(execution.span()::makeCurrent)) {
				result = tool.get();
			}
			catch (Throwable ex) {
				execution.fail(ex);
				throw ex;
			}
			execution.end(result);
			return result;
		}

	}

	// The result of a request.
	record Answer(ToolCall request, String result) {
	}

	private enum Likeness {

		NAME_AND_ARGUMENTS, NAME, ORDER

	}

}
