package dev.braintrust.spring.specification;

import java.util.List;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * The guide's rules for the tools that a model may call.
 */
final class ToolRules {

	private ToolRules() {
	}

	static void check(JsonNode metadata, List<String> found) {
		JsonNode tools = metadata.path("tools");
		if (metadata.has("tools") && (!tools.isArray() || tools.isEmpty())) {
			found.add("/metadata/tools");
		}
		for (int i = 0; i < tools.size(); i++) {
			checkTool(tools.path(i), "/metadata/tools/" + i, found);
		}
		JsonNode choice = metadata.path("tool_choice");
		boolean named = choice.path("type").asString("").equals("function")
				&& !GuideRules.isBlank(choice.at("/function/name"));
		if (metadata.has("tool_choice") && !named
				&& !Set.of("auto", "none", "required").contains(choice.asString(""))) {
			found.add("/metadata/tool_choice");
		}
		if (metadata.has("parallel_tool_calls") && !metadata.path("parallel_tool_calls").isBoolean()) {
			found.add("/metadata/parallel_tool_calls");
		}
	}

	private static void checkTool(JsonNode tool, String path, List<String> found) {
		if (GuideRules.isBlank(tool.path("type"))) {
			found.add(path + "/type");
		}
		// Built-in tools of a provider are recorded unchanged.
		if (!tool.path("type").asString("").equals("function")) {
			return;
		}
		JsonNode function = tool.path("function");
		GuideRules.unknown(tool, path, Set.of("type", "function"), found);
		GuideRules.unknown(function, path + "/function", Set.of("name", "description", "parameters", "strict"), found);
		if (GuideRules.isBlank(function.path("name"))) {
			found.add(path + "/function/name");
		}
		if (function.has("parameters") && !function.path("parameters").isObject()) {
			found.add(path + "/function/parameters");
		}
		if (function.has("strict") && !function.path("strict").isBoolean()) {
			found.add(path + "/function/strict");
		}
	}

}
