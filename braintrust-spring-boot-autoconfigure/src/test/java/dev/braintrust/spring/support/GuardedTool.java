package dev.braintrust.spring.support;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * A tool with an interface that its own package alone can use.
 */
public class GuardedTool implements ToolCallback, Guarded {

	/**
	 * Who has to approve of a tool, as the application finds out.
	 */
	public static String approver(ToolCallback tool) {
		return (tool instanceof Guarded guarded) ? guarded.approver() : "nobody";
	}

	@Override
	public String approver() {
		return "Ada";
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return ToolDefinition.builder().name("guarded").description("guarded").inputSchema("{}").build();
	}

	@Override
	public String call(String toolInput) {
		return "done";
	}

}
