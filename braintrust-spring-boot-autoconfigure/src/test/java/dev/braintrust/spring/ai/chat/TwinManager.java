package dev.braintrust.spring.ai.chat;

import java.util.List;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * An application's manager, which checks the tool calls and requests approval for some.
 */
final class TwinManager implements ToolCallingManager {

	private final ToolCallingManager manager;

	private final Application app;

	TwinManager(ToolCallingManager manager, Application app) {
		this.manager = manager;
		this.app = app;
	}

	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
		this.app.transcript().noteHere("manager resolves the tools of", options);
		return this.manager.resolveToolDefinitions(options);
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
		this.app.transcript().noteHere("manager executes what", response, "asks for in", prompt);
		if (prompt.getOptions() instanceof ToolCallingChatOptions options && options.getToolCallbacks() != null) {
			options.getToolCallbacks().forEach(this::look);
		}
		try {
			ToolExecutionResult result = this.manager.executeToolCalls(prompt, response);
			this.app.transcript().noteHere("manager returns", result);
			return result;
		}
		catch (RuntimeException ex) {
			this.app.transcript().noteHere("manager throws", ex);
			throw ex;
		}
	}

	private void look(ToolCallback tool) {
		if (tool instanceof TwinTool.Approved approved) {
			this.app.transcript().note("an approval is asked of", approved.approvers());
		}
		this.app.transcript()
			.noteHere("manager finds", tool, Content.kind(tool), this.app.tools().contains(tool),
					this.app.tools().indexOf(tool), this.app.tools().stream().filter((own) -> own == tool).toList(),
					this.app.tools().stream().filter(tool::equals).toList());
	}

}
