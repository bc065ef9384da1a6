package dev.braintrust.spring.chat;

import java.util.function.Supplier;

import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.core.InfrastructureProxy;

/**
 * A tool whose executions are traced. An exception of the tool is an error of its span,
 * also where the model gets a text instead. It equals the tool that it stands for, so a
 * set of tools that the application keeps, such as those that need an approval, knows it.
 */
final class ProjectToolCallback implements ToolCallback, InfrastructureProxy {

	private final ToolCallback delegate;

	private final ToolDefinition definition;

	private final ChatTracing tracing;

	private final ToolLoop loop;

	private ProjectToolCallback(ToolCallback delegate, ToolDefinition definition, ChatTracing tracing, ToolLoop loop) {
		this.delegate = delegate;
		this.definition = definition;
		this.tracing = tracing;
		this.loop = loop;
	}

	/**
	 * Trace a tool. Its definition is read once; tools of MCP make theirs each time.
	 * @param tool the tool
	 * @param tracing how it is traced
	 * @param loop the loop that it is traced into
	 * @return the traced tool, or the tool itself where it cannot be traced
	 */
	static ToolCallback trace(ToolCallback tool, ChatTracing tracing, ToolLoop loop) {
		ToolCallback untraced = (ToolProxy.untraced(tool) instanceof ToolCallback known) ? known : tool;
		ToolDefinition definition = tracing.see(untraced::getToolDefinition);
		return (definition != null) ? ToolProxy.of(new ProjectToolCallback(untraced, definition, tracing, loop))
				: untraced;
	}

	/**
	 * The definition that a tool had when its loop began.
	 * @param tool a tool, traced or not
	 * @return the definition
	 */
	static ToolDefinition definition(ToolCallback tool) {
		ProjectToolCallback traced = ToolProxy.traced(tool);
		return (traced != null) ? traced.definition : tool.getToolDefinition();
	}

	/**
	 * The tool of the application.
	 * @return the tool
	 */
	@Override
	public ToolCallback getWrappedObject() {
		return this.delegate;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.delegate.getToolDefinition();
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
		ToolExecution execution = this.tracing
			.see(() -> ToolExecution.start(this.loop, this.tracing, this.definition.name(), toolInput));
		if (execution == null) {
			return tool.get();
		}
		String result;
		try (Scope ignored = execution.makeCurrent()) {
			result = tool.get();
		}
		catch (Throwable ex) {
			execution.fail(ex);
			throw ex;
		}
		execution.end(result);
		return result;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this.delegate.equals(ToolProxy.untraced(other));
	}

	@Override
	public int hashCode() {
		return this.delegate.hashCode();
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
