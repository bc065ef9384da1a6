package dev.braintrust.spring.chat;

import java.util.function.Supplier;

import dev.braintrust.spring.payload.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * A tool whose executions are traced into a run. An exception of the tool is an error of
 * its span, also where the model gets a text instead.
 */
final class ProjectToolCallback implements ToolCallback {

	private final ToolCallback delegate;

	private final ChatTracing tracing;

	private final AgentRun run;

	private ProjectToolCallback(ToolCallback delegate, ChatTracing tracing, AgentRun run) {
		this.delegate = delegate;
		this.tracing = tracing;
		this.run = run;
	}

	static ToolCallback trace(ToolCallback tool, ChatTracing tracing, AgentRun run) {
		ToolCallback untraced = (tool instanceof ProjectToolCallback traced) ? traced.delegate : tool;
		return new ProjectToolCallback(untraced, tracing, run);
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
		return this.tracing.tracer()
			.toolSpan(getToolDefinition().name())
			.setParent(this.run.context())
			.input(new JsonText(toolInput))
			.call((span) -> {
				String result = tool.get();
				span.output(new JsonText(result));
				return result;
			});
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
