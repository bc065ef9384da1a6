package dev.braintrust.spring.sample.offline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A rule-based model. It calls the tools in the request, answers from their results and
 * from the list in the system prompt, and summarizes its earlier answers.
 */
final class OfflineModel {

	private static final Pattern NUMBER = Pattern.compile("\\b\\d{3,}\\b");

	private static final Set<String> COMMON_WORDS = Set.of("a", "and", "does", "for", "has", "in", "is", "it", "of",
			"on", "one", "the", "what", "which");

	private final JsonMapper json;

	OfflineModel(JsonMapper json) {
		this.json = json;
	}

	Reply reply(JsonNode request) {
		List<JsonNode> messages = list(request.path("messages"));
		JsonNode last = messages.get(messages.size() - 1);
		if (role(last).equals("tool")) {
			return Reply.text(fromToolResult(text(last)));
		}
		String question = text(last);
		if (question.toLowerCase(Locale.ROOT).contains("sum up")) {
			return Reply.text(summary(messages));
		}
		Reply toolCall = toolCall(question, list(request.path("tools")));
		return (toolCall != null) ? toolCall : Reply.text(fromSystemPrompt(question, messages));
	}

	private @Nullable Reply toolCall(String question, List<JsonNode> tools) {
		Matcher number = NUMBER.matcher(question);
		if (number.find()) {
			return toolCall(tools, "order", number.group());
		}
		return question.contains("?") ? toolCall(tools, "product", question) : null;
	}

	private @Nullable Reply toolCall(List<JsonNode> tools, String topic, String argument) {
		for (JsonNode tool : tools) {
			JsonNode function = tool.path("function");
			if (function.path("description").asString("").contains(topic)) {
				return Reply.toolCall(function.path("name").asString(),
						arguments(function.path("parameters"), argument));
			}
		}
		return null;
	}

	private String arguments(JsonNode schema, String argument) {
		Map.Entry<String, JsonNode> parameter = schema.path("properties").properties().iterator().next();
		boolean text = parameter.getValue().path("type").asString("").equals("string");
		JsonNode value = text ? this.json.valueToTree(argument) : this.json.valueToTree(Long.valueOf(argument));
		return this.json.createObjectNode().set(parameter.getKey(), value).toString();
	}

	private String fromToolResult(String result) {
		try {
			JsonNode tree = this.json.readTree(result);
			return tree.isObject() ? fields(tree) : tree.asString(result);
		}
		catch (JacksonException ex) {
			return result;
		}
	}

	private static String fields(JsonNode object) {
		return object.properties()
			.stream()
			.map((field) -> field.getKey() + " " + field.getValue().asString(field.getValue().toString()))
			.collect(Collectors.joining(", ", "I have looked it up: ", "."));
	}

	private static String summary(List<JsonNode> messages) {
		return messages.stream()
			.filter((message) -> role(message).equals("assistant"))
			.map(OfflineModel::text)
			.filter((text) -> !text.isEmpty())
			.collect(Collectors.joining(" ", "You are welcome. In short: ", ""));
	}

	private static String fromSystemPrompt(String question, List<JsonNode> messages) {
		Set<String> asked = words(question);
		String best = asked.contains("order") ? "What is the number of your order?" : "I am sorry, I cannot tell.";
		int most = 0;
		for (String line : systemPrompt(messages).split("\n")) {
			Set<String> common = words(line);
			common.retainAll(asked);
			if (line.startsWith("- ") && common.size() > most) {
				most = common.size();
				best = line.substring(2);
			}
		}
		return best;
	}

	private static String systemPrompt(List<JsonNode> messages) {
		return messages.stream()
			.filter((message) -> role(message).equals("system"))
			.map(OfflineModel::text)
			.collect(Collectors.joining("\n"));
	}

	private static Set<String> words(String text) {
		Set<String> words = Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
			.collect(Collectors.toSet());
		words.removeAll(COMMON_WORDS);
		return words;
	}

	private static String role(JsonNode message) {
		return message.path("role").asString("");
	}

	private static String text(JsonNode message) {
		JsonNode content = message.path("content");
		if (content.isArray()) {
			return list(content).stream().map((part) -> part.path("text").asString("")).collect(Collectors.joining());
		}
		return content.asString("");
	}

	private static List<JsonNode> list(JsonNode array) {
		return StreamSupport.stream(array.spliterator(), false).toList();
	}

}
