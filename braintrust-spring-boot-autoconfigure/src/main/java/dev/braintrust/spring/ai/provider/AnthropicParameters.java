package dev.braintrust.spring.ai.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ai.message.ToolChoice;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.anthropic.AnthropicWebSearchTool;
import org.springframework.ai.chat.prompt.ChatOptions;

/**
 * Reads the options of Anthropic's model. Loaded only where there are such options.
 */
final class AnthropicParameters {

	private AnthropicParameters() {
	}

	static @Nullable String provider(ChatOptions options) {
		return ProviderHost.provider(((AnthropicChatOptions) options).getBaseUrl());
	}

	static ProviderParameters of(ChatOptions chatOptions) {
		AnthropicChatOptions options = (AnthropicChatOptions) chatOptions;
		Boolean oneAtATime = options.getDisableParallelToolUse();
		return new ProviderParameters(options.getMaxTokens(), ProviderParameters.outputSchema(options),
				toolChoice(options.getToolChoice()), (oneAtATime != null) ? !oneAtATime : null, null,
				providerTools(options));
	}

	private static @Nullable ToolChoice toolChoice(com.anthropic.models.messages.@Nullable ToolChoice choice) {
		if (choice == null) {
			return null;
		}
		if (choice.isTool()) {
			return ToolChoice.function(choice.asTool().name());
		}
		return ToolChoice.of(choice.isAny() ? "any" : (choice.isNone() ? "none" : "auto"));
	}

	// As Spring AI sends them.
	private static List<Map<String, Object>> providerTools(AnthropicChatOptions options) {
		List<Map<String, Object>> tools = new ArrayList<>(0);
		AnthropicWebSearchTool search = options.getWebSearchTool();
		if (search != null) {
			Map<String, Object> tool = providerTool("web_search_20260209", "web_search");
			put(tool, "max_uses", search.getMaxUses());
			put(tool, "allowed_domains", search.getAllowedDomains());
			put(tool, "blocked_domains", search.getBlockedDomains());
			tools.add(tool);
		}
		if (options.getSkillContainer() != null) {
			tools.add(providerTool("code_execution_20260120", "code_execution"));
		}
		return tools;
	}

	private static Map<String, Object> providerTool(String type, String name) {
		Map<String, Object> tool = new LinkedHashMap<>();
		tool.put("type", type);
		tool.put("name", name);
		return tool;
	}

	private static void put(Map<String, Object> tool, String name, @Nullable Object value) {
		if (value != null) {
			tool.put(name, value);
		}
	}

}
