package dev.braintrust.spring.specification;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * The guide's rules for messages and choices in OpenAI's chat format.
 */
final class ChatMessageRules {

	private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool", "developer");

	private ChatMessageRules() {
	}

	static void check(JsonNode message, String path, List<String> found) {
		if (!ROLES.contains(message.path("role").asString(""))) {
			found.add(path + "/role");
		}
		GuideRules.unknown(message, path, Set.of("role", "content", "name", "tool_calls", "tool_call_id", "refusal",
				"reasoning_content", "audio"), found);
		JsonNode content = message.path("content");
		if (content.isMissingNode() || content.isObject() || (content.isNull() && !message.has("tool_calls")
				&& !message.has("refusal") && !message.has("audio"))) {
			found.add(path + "/content");
		}
		for (int i = 0; i < content.size(); i++) {
			checkPart(content.path(i), path + "/content/" + i, found);
		}
		if (message.path("role").asString("").equals("tool") && GuideRules.isBlank(message.path("tool_call_id"))) {
			found.add(path + "/tool_call_id");
		}
		if (message.has("tool_calls")) {
			checkToolCalls(message, path, found);
		}
	}

	private static void checkPart(JsonNode part, String path, List<String> found) {
		JsonNode value = switch (part.path("type").asString("")) {
			case "text" -> part.path("text");
			case "image_url" -> part.at("/image_url/url");
			case "file" -> part.at("/file/file_data");
			default -> part.path("");
		};
		if (GuideRules.isBlank(value) && !value.isObject()) {
			found.add(path);
		}
	}

	private static void checkToolCalls(JsonNode message, String path, List<String> found) {
		JsonNode calls = message.get("tool_calls");
		if (!calls.isArray() || calls.isEmpty()) {
			found.add(path + "/tool_calls");
		}
		if (message.path("content").asString("none").isEmpty()) {
			found.add(path + "/content");
		}
		for (int i = 0; i < calls.size(); i++) {
			JsonNode call = calls.path(i);
			String place = path + "/tool_calls/" + i;
			GuideRules.unknown(call, place, Set.of("id", "type", "function"), found);
			GuideRules.unknown(call.path("function"), place + "/function", Set.of("name", "arguments"), found);
			if (GuideRules.isBlank(call.path("id"))) {
				found.add(place + "/id");
			}
			if (!call.path("type").asString("").equals("function")) {
				found.add(place + "/type");
			}
			if (GuideRules.isBlank(call.at("/function/name"))) {
				found.add(place + "/function/name");
			}
			if (!call.at("/function/arguments").isString()) {
				found.add(place + "/function/arguments");
			}
		}
	}

	/**
	 * Each tool result must belong to an earlier tool call.
	 */
	static void checkToolResults(JsonNode messages, List<String> found) {
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < messages.size(); i++) {
			JsonNode message = messages.path(i);
			message.path("tool_calls").forEach((call) -> ids.add(call.path("id").asString("")));
			if (message.has("tool_call_id") && !ids.contains(message.get("tool_call_id").asString())) {
				found.add("/input/" + i + "/tool_call_id");
			}
		}
	}

	static void checkChoice(JsonNode choice, String path, List<String> found) {
		JsonNode message = choice.path("message");
		GuideRules.unknown(choice, path, Set.of("index", "finish_reason", "message"), found);
		if (!choice.path("index").isIntegralNumber()) {
			found.add(path + "/index");
		}
		String reason = choice.path("finish_reason").asString("");
		boolean asksForTools = message.has("tool_calls");
		if (reason.isEmpty() || !reason.equals(reason.toLowerCase(Locale.ROOT))
				|| reason.equals("tool_calls") != asksForTools) {
			found.add(path + "/finish_reason");
		}
		if (!message.path("role").asString("").equals("assistant")) {
			found.add(path + "/message/role");
		}
		check(message, path + "/message", found);
	}

}
