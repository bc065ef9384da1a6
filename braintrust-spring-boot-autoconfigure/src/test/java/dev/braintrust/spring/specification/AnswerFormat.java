package dev.braintrust.spring.specification;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts an answer between the two forms of OpenAI's endpoint, a whole answer and a
 * stream.
 */
final class AnswerFormat {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private AnswerFormat() {
	}

	/**
	 * Convert an answer to server-sent events: words one by one, arguments in two halves,
	 * the finish reasons, and the usage in a separate chunk.
	 */
	static String stream(JsonNode completion) {
		List<ObjectNode> chunks = new ArrayList<>();
		for (JsonNode choice : completion.get("choices")) {
			JsonNode message = choice.get("message");
			delta(chunks, completion, choice).put("role", "assistant").put("content", "");
			for (String word : message.path("content").asString("").split("(?= )")) {
				delta(chunks, completion, choice).put("content", word);
			}
			for (int i = 0; i < message.path("tool_calls").size(); i++) {
				toolCall(chunks, completion, choice, i);
			}
			delta(chunks, completion, choice);
			((ObjectNode) chunks.get(chunks.size() - 1).at("/choices/0")).set("finish_reason",
					choice.get("finish_reason"));
		}
		chunk(chunks, completion).set("usage", completion.get("usage"));
		StringBuilder events = new StringBuilder();
		chunks.forEach((chunk) -> events.append("data: ").append(chunk).append("\n\n"));
		return events.append("data: [DONE]\n\n").toString();
	}

	private static void toolCall(List<ObjectNode> chunks, JsonNode completion, JsonNode choice, int index) {
		ObjectNode first = (ObjectNode) choice.at("/message/tool_calls/" + index).deepCopy();
		String arguments = first.at("/function/arguments").asString();
		((ObjectNode) first.get("function")).put("arguments", "");
		first.put("index", index);
		delta(chunks, completion, choice).putArray("tool_calls").add(first);
		int half = arguments.length() / 2;
		for (String part : List.of(arguments.substring(0, half), arguments.substring(half))) {
			ObjectNode rest = delta(chunks, completion, choice).putArray("tool_calls").addObject();
			rest.put("index", index).putObject("function").put("arguments", part);
		}
	}

	private static ObjectNode chunk(List<ObjectNode> chunks, JsonNode completion) {
		ObjectNode chunk = JsonNodeFactory.instance.objectNode();
		List.of("id", "created", "model").forEach((field) -> chunk.set(field, completion.get(field)));
		chunk.put("object", "chat.completion.chunk").putNull("usage").putArray("choices");
		chunks.add(chunk);
		return chunk;
	}

	private static ObjectNode delta(List<ObjectNode> chunks, JsonNode completion, JsonNode choice) {
		ObjectNode part = chunk(chunks, completion).withArray("choices").addObject();
		part.set("index", choice.get("index"));
		return part.putNull("finish_reason").putObject("delta");
	}

	/**
	 * Convert server-sent events with one text choice to a whole answer.
	 */
	static JsonNode whole(String events) {
		StringBuilder text = new StringBuilder();
		ObjectNode completion = JsonNodeFactory.instance.objectNode();
		ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
		events.lines()
			.filter((line) -> line.startsWith("data: {"))
			.map((line) -> JSON.readTree(line.substring("data: ".length())))
			.forEach((chunk) -> {
				List.of("id", "created", "model", "usage").forEach((field) -> completion.set(field, chunk.get(field)));
				text.append(chunk.at("/choices/0/delta/content").asString(""));
				if (chunk.at("/choices/0/finish_reason").isString()) {
					choice.set("finish_reason", chunk.at("/choices/0/finish_reason"));
				}
			});
		choice.putObject("message").put("role", "assistant").put("content", text.toString()).putNull("refusal");
		return completion.put("object", "chat.completion");
	}

}
