package dev.braintrust.spring.ai.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.braintrust.spring.content.SpanFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The messages endpoint of Anthropic's API. Messages are recorded in Anthropic's own
 * format.
 */
final class AnthropicMessagesEndpoint extends Endpoint {

	static final Endpoint INSTANCE = new AnthropicMessagesEndpoint();

	private static final List<String> PARAMETERS = List.of("temperature", "top_p", "max_tokens");

	private AnthropicMessagesEndpoint() {
		super("anthropic");
	}

	@Override
	public String spanName() {
		return "anthropic.messages.create";
	}

	@Override
	public String streamName() {
		return "anthropic.messages.stream";
	}

	@Override
	public void writeRequest(JsonNode request, SpanFields fields) {
		copy(request, "model", fields);
		PARAMETERS.forEach((parameter) -> copy(request, parameter, fields));
		metadata(fields, "stop", request.path("stop_sequences"));
		JsonNode format = request.at("/output_config/format");
		metadata(fields, "response_format", jsonSchema(format.isObject() ? format : request.path("output_format")));
		JsonNode choice = request.path("tool_choice");
		metadata(fields, "tool_choice", toolChoice(choice));
		if (choice.path("disable_parallel_tool_use").isBoolean()) {
			fields.metadata("parallel_tool_calls", !choice.path("disable_parallel_tool_use").asBoolean());
		}
		// A tool with a schema is a function of the application.
		tools(fields, request.path("tools"),
				(tool) -> tool.path("input_schema").isObject() ? function(tool, "input_schema") : null);
		List<JsonNode> messages = new ArrayList<>(request.path("messages").valueStream().toList());
		JsonNode system = request.path("system");
		if (system.isString() || !system.isEmpty()) {
			ObjectNode message = NODES.objectNode().put("role", "system");
			message.set("content", system);
			messages.add(message);
		}
		if (!messages.isEmpty()) {
			fields.input(new WireMessages(messages));
		}
	}

	private static @Nullable JsonNode toolChoice(JsonNode choice) {
		return switch (text(choice.path("type"))) {
			case "auto" -> NODES.stringNode("auto");
			case "none" -> NODES.stringNode("none");
			case "any" -> NODES.stringNode("required");
			case "tool" -> function(choice, "");
			default -> null;
		};
	}

	@Override
	public void writeAnswer(JsonNode answer, SpanFields fields) {
		copy(answer, "model", fields);
		writeUsage(answer.path("usage"), fields);
		if (!answer.path("content").isEmpty()) {
			ObjectNode output = NODES.objectNode().put("role", "assistant");
			set(output, "content", answer.path("content"));
			set(output, "stop_reason", answer.path("stop_reason"));
			set(output, "stop_sequence", answer.path("stop_sequence"));
			fields.output(new WireMessages(output));
		}
	}

	// Anthropic counts tokens that are read from or written to a cache separately from
	// the rest of the prompt. It reports written tokens by cache lifetime, or as
	// one number.
	private static void writeUsage(JsonNode usage, SpanFields fields) {
		JsonNode read = usage.path("cache_read_input_tokens");
		JsonNode written = usage.path("cache_creation_input_tokens");
		JsonNode split = usage.path("cache_creation");
		if (usage.path("input_tokens").isNumber()) {
			long prompt = usage.path("input_tokens").asLong() + read.asLong(0) + written.asLong(0);
			fields.metric("prompt_tokens", prompt);
			if (usage.path("output_tokens").isNumber()) {
				fields.metric("tokens", prompt + usage.path("output_tokens").asLong());
			}
		}
		metric(fields, "completion_tokens", usage.path("output_tokens"));
		metric(fields, "prompt_cached_tokens", read);
		if (split.isObject()) {
			metric(fields, "prompt_cache_creation_5m_tokens", split.path("ephemeral_5m_input_tokens"));
			metric(fields, "prompt_cache_creation_1h_tokens", split.path("ephemeral_1h_input_tokens"));
		}
		else {
			metric(fields, "prompt_cache_creation_tokens", written);
		}
		metric(fields, "completion_reasoning_tokens", usage.at("/output_tokens_details/thinking_tokens"));
	}

	@Override
	JsonNode merge(List<JsonNode> events) {
		ObjectNode answer = NODES.objectNode();
		Map<Integer, ObjectNode> blocks = new TreeMap<>();
		for (JsonNode event : events) {
			if (event.path("message") instanceof ObjectNode message) {
				answer = message;
			}
			int index = event.path("index").asInt(0);
			ObjectNode open = blocks.get(index);
			if (event.path("content_block") instanceof ObjectNode block) {
				blocks.put(index, block);
			}
			else if (open != null && event.path("delta").has("type")) {
				add(open, event.path("delta"));
			}
			else if (text(event.path("type")).equals("message_delta")) {
				set(answer, "stop_reason", event.at("/delta/stop_reason"));
				set(answer, "stop_sequence", event.at("/delta/stop_sequence"));
				ObjectNode usage = answer.withObjectProperty("usage");
				event.path("usage").forEachEntry((name, value) -> set(usage, name, value));
			}
		}
		blocks.values().forEach(AnthropicMessagesEndpoint::parseInput);
		answer.putArray("content").addAll(blocks.values());
		return answer;
	}

	private static void add(ObjectNode block, JsonNode delta) {
		switch (text(delta.path("type"))) {
			case "text_delta" -> append(block, "text", text(delta.path("text")));
			case "thinking_delta" -> append(block, "thinking", text(delta.path("thinking")));
			case "signature_delta" -> append(block, "signature", text(delta.path("signature")));
			case "input_json_delta" -> append(block, "partial_json", text(delta.path("partial_json")));
			case "citations_delta" -> block.withArrayProperty("citations").add(delta.path("citation"));
			default -> {
			}
		}
	}

	// If a stream was cut off, keep the received part of the arguments as text.
	private static void parseInput(ObjectNode block) {
		String input = text(block.path("partial_json"));
		block.remove("partial_json");
		if (!input.isEmpty()) {
			try {
				block.set("input", JsonMapper.shared().readTree(input));
			}
			catch (JacksonException ex) {
				block.put("input", input);
			}
		}
	}

	@Override
	public boolean hasContent(JsonNode event) {
		JsonNode delta = event.path("delta");
		for (String piece : List.of("text", "thinking", "partial_json")) {
			if (!text(delta.path(piece)).isEmpty()) {
				return true;
			}
		}
		return false;
	}

}
