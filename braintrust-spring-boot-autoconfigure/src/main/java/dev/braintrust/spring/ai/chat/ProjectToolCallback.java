package dev.braintrust.spring.ai.chat;

import java.util.function.Supplier;

import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * A tool whose execution is traced, as Spring AI's manager of tools sees it. An exception
 * of the tool is an error of its span, also if the model gets a text instead.
 */
final class ProjectToolCallback implements ToolCallback {

	private final ToolCallback delegate;

	private final @Nullable AgentRun run;

	private final ChatTracing tracing;

	private volatile @Nullable String name;

	ProjectToolCallback(ToolCallback delegate, @Nullable AgentRun run, ChatTracing tracing) {
		this.delegate = delegate;
		this.run = run;
		this.tracing = tracing;
	}

	// The manager asks for the definition to find the tool, so its name is known by the
	// time that the tool is called.
	@Override
	public ToolDefinition getToolDefinition() {
		ToolDefinition definition = this.delegate.getToolDefinition();
		if (definition != null && this.name == null) {
			this.name = this.tracing.see(definition::name);
			if (this.run != null) {
				this.run.requestedTools().known(this.name);
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
				? this.tracing.see(() -> ToolExecution.start(this.run, this.tracing, name, toolInput)) : null;
		if (execution == null) {
			return tool.get();
		}
		String result;
		try (Scope ignored = this.tracing.scope(execution::makeCurrent)) {
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
