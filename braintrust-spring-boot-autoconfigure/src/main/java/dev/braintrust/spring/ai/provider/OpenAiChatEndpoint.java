package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.braintrust.spring.content.SpanFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The chat completions endpoint of OpenAI's API, which many providers offer, too.
 */
final class OpenAiChatEndpoint extends Endpoint {

	static final Endpoint INSTANCE = new OpenAiChatEndpoint();

	private static final List<String> PARAMETERS = List.of("temperature", "top_p", "frequency_penalty",
			"presence_penalty", "stop", "response_format", "parallel_tool_calls");

	// Texts that chunks repeat. All other texts arrive in pieces.
	private static final Set<String> WHOLE = Set.of("role", "id", "type", "name");

	private OpenAiChatEndpoint() {
		super("openai");
	}

	@Override
	public String spanName() {
		return "Chat Completion";
	}

	@Override
	public void writeRequest(JsonNode request, SpanFields fields) {
		copy(request, "model", fields);
		PARAMETERS.forEach((parameter) -> copy(request, parameter, fields));
		JsonNode maxTokens = request.path("max_completion_tokens");
		metadata(fields, "max_tokens", maxTokens.isNumber() ? maxTokens : request.path("max_tokens"));
		metadata(fields, "tool_choice", toolChoice(request.path("tool_choice")));
		tools(fields, request.path("tools"),
				(tool) -> tool.path("function").isObject() ? function(tool.path("function"), "parameters") : null);
		if (request.path("messages").isArray()) {
			fields.input(new WireMessages(request.path("messages").valueStream().toList()));
		}
	}

	// A word, {"type": "function", "function": …}, or {"type": "allowed_tools",
	// "allowed_tools": {"mode": …}}.
	private static JsonNode toolChoice(JsonNode choice) {
		return choice.path("type").asString("").equals("allowed_tools") ? choice.at("/allowed_tools/mode") : choice;
	}

	@Override
	public void writeAnswer(JsonNode answer, SpanFields fields) {
		copy(answer, "model", fields);
		JsonNode usage = answer.path("usage");
		metric(fields, "prompt_tokens", usage.path("prompt_tokens"));
		metric(fields, "completion_tokens", usage.path("completion_tokens"));
		metric(fields, "tokens", usage.path("total_tokens"));
		JsonNode prompt = usage.path("prompt_tokens_details");
		metric(fields, "prompt_cached_tokens", prompt.path("cached_tokens"));
		metric(fields, "prompt_cache_creation_tokens", prompt.path("cache_write_tokens"));
		metric(fields, "prompt_audio_tokens", prompt.path("audio_tokens"));
		JsonNode completion = usage.path("completion_tokens_details");
		metric(fields, "completion_reasoning_tokens", completion.path("reasoning_tokens"));
		metric(fields, "completion_audio_tokens", completion.path("audio_tokens"));
		if (answer.path("choices").isArray() && !answer.path("choices").isEmpty()) {
			fields.output(new WireMessages(
					answer.path("choices").valueStream().<JsonNode>map(OpenAiChatEndpoint::choice).toList()));
		}
	}

	// Return a choice without empty fields. The guide does not allow token probabilities.
	private static ObjectNode choice(JsonNode choice) {
		ObjectNode written = NODES.objectNode();
		set(written, "index", choice.path("index"));
		set(written, "finish_reason", choice.path("finish_reason"));
		ObjectNode message = written.putObject("message").put("role", "assistant").putNull("content");
		choice.path("message").forEachEntry((name, value) -> {
			if (!value.isNull() && !(value.isContainer() && value.isEmpty())) {
				message.set(name, value);
			}
		});
		// A stream always starts with an empty text.
		if ((message.has("tool_calls") || message.has("refusal")) && text(message.path("content")).isEmpty()) {
			message.putNull("content");
		}
		return written;
	}

	@Override
	JsonNode merge(List<JsonNode> events) {
		ObjectNode answer = NODES.objectNode();
		Map<Integer, ObjectNode> choices = new TreeMap<>();
		for (JsonNode chunk : events) {
			set(answer, "model", chunk.path("model"));
			set(answer, "usage", chunk.path("usage"));
			for (JsonNode part : chunk.path("choices")) {
				ObjectNode choice = choices.computeIfAbsent(part.path("index").asInt(0),
						(index) -> NODES.objectNode().put("index", index));
				set(choice, "finish_reason", part.path("finish_reason"));
				if (part.path("delta") instanceof ObjectNode delta) {
					merge(choice.withObjectProperty("message"), delta);
				}
			}
		}
		answer.putArray("choices").addAll(choices.values());
		return answer;
	}

	private static void merge(ObjectNode message, ObjectNode delta) {
		delta.forEachEntry((name, value) -> {
			if (value.isString() && !WHOLE.contains(name)) {
				append(message, name, value.asString());
			}
			else if (value instanceof ObjectNode object) {
				merge(message.withObjectProperty(name), object);
			}
			else if (value.isArray()) {
				value.forEach((element) -> mergeElement(message.withArrayProperty(name), element));
			}
			else if (!value.isNull() && !name.equals("index") && !value.asString("-").isEmpty()) {
				message.set(name, value);
			}
		});
	}

	// Elements with an index, such as tool calls, arrive in pieces.
	private static void mergeElement(ArrayNode elements, JsonNode element) {
		if (element instanceof ObjectNode object && object.path("index").isInt()) {
			int index = object.path("index").asInt();
			while (elements.size() <= index && index < 1000) {
				elements.addObject();
			}
			if (elements.path(index) instanceof ObjectNode merged) {
				merge(merged, object);
			}
		}
		else {
			elements.add(element);
		}
	}

	@Override
	public boolean hasContent(JsonNode event) {
		for (JsonNode choice : event.path("choices")) {
			for (JsonNode value : choice.path("delta").values()) {
				boolean content = value.isContainer() ? !value.isEmpty() : !text(value).isEmpty();
				if (content && value != choice.at("/delta/role")) {
					return true;
				}
			}
		}
		return false;
	}

}
