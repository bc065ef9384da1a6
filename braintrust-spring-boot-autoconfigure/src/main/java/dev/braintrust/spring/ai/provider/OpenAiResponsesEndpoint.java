package dev.braintrust.spring.ai.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.braintrust.spring.content.SpanFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The endpoint of OpenAI's Responses API.
 */
final class OpenAiResponsesEndpoint extends Endpoint {

	static final Endpoint INSTANCE = new OpenAiResponsesEndpoint();

	private static final List<String> PARAMETERS = List.of("temperature", "top_p", "parallel_tool_calls",
			"max_tool_calls");

	private OpenAiResponsesEndpoint() {
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
		metadata(fields, "max_tokens", request.path("max_output_tokens"));
		JsonNode format = request.at("/text/format");
		ObjectNode schema = jsonSchema(format);
		metadata(fields, "response_format", (schema != null) ? schema : format);
		metadata(fields, "tool_choice", toolChoice(request.path("tool_choice")));
		tools(fields, request.path("tools"),
				(tool) -> text(tool.path("type")).equals("function") ? function(tool, "parameters") : null);
		List<JsonNode> input = new ArrayList<>();
		if (request.path("instructions").isString()) {
			input.add(message("system", request.path("instructions")));
		}
		if (request.path("input").isString()) {
			input.add(message("user", request.path("input")));
		}
		request.path("input").valueStream().forEach(input::add);
		if (!input.isEmpty()) {
			fields.input(new WireMessages(input));
		}
	}

	private static ObjectNode message(String role, JsonNode content) {
		ObjectNode message = NODES.objectNode().put("role", role);
		message.set("content", content);
		return message;
	}

	private static @Nullable JsonNode toolChoice(JsonNode choice) {
		return switch (text(choice.path("type"))) {
			case "" -> choice.isString() ? choice : null;
			case "function" -> function(choice, "");
			case "allowed_tools" -> choice.path("mode");
			// A tool that the provider executes.
			default -> NODES.stringNode("required");
		};
	}

	@Override
	public void writeAnswer(JsonNode answer, SpanFields fields) {
		copy(answer, "model", fields);
		JsonNode usage = answer.path("usage");
		metric(fields, "prompt_tokens", usage.path("input_tokens"));
		metric(fields, "completion_tokens", usage.path("output_tokens"));
		metric(fields, "tokens", usage.path("total_tokens"));
		metric(fields, "prompt_cached_tokens", usage.at("/input_tokens_details/cached_tokens"));
		metric(fields, "completion_reasoning_tokens", usage.at("/output_tokens_details/reasoning_tokens"));
		List<JsonNode> output = answer.path("output").valueStream().toList();
		if (!output.isEmpty()) {
			fields.output(new WireMessages(output));
		}
	}

	// The last event contains the whole answer. If it is missing, use the completed items
	// and the pieces of the incomplete one.
	@Override
	JsonNode merge(List<JsonNode> events) {
		ObjectNode answer = NODES.objectNode();
		Map<Integer, ObjectNode> items = new TreeMap<>();
		for (JsonNode event : events) {
			if (event.path("response") instanceof ObjectNode response) {
				answer = response;
			}
			int place = event.path("output_index").asInt(0);
			ObjectNode open = items.get(place);
			if (event.path("item") instanceof ObjectNode item) {
				items.put(place, item);
			}
			else if (open != null && event.path("delta").isString()) {
				add(open, text(event.path("type")), event);
			}
		}
		if (answer.path("output").isEmpty() && !items.isEmpty()) {
			answer.putArray("output").addAll(items.values());
		}
		return answer;
	}

	private static void add(ObjectNode item, String type, JsonNode event) {
		String piece = text(event.path("delta"));
		switch (type) {
			case "response.output_text.delta" -> append(part(item, "content", event, "output_text"), "text", piece);
			case "response.refusal.delta" -> append(part(item, "content", event, "refusal"), "refusal", piece);
			case "response.reasoning_text.delta" ->
				append(part(item, "content", event, "reasoning_text"), "text", piece);
			case "response.reasoning_summary_text.delta" ->
				append(part(item, "summary", event, "summary_text"), "text", piece);
			case "response.function_call_arguments.delta" -> append(item, "arguments", piece);
			default -> {
			}
		}
	}

	private static ObjectNode part(ObjectNode item, String list, JsonNode event, String type) {
		ArrayNode parts = item.withArrayProperty(list);
		int place = Math.min(event.path(list.equals("summary") ? "summary_index" : "content_index").asInt(0),
				parts.size());
		if (place == parts.size()) {
			parts.addObject().put("type", type);
		}
		return (parts.path(place) instanceof ObjectNode part) ? part : parts.addObject();
	}

	@Override
	public boolean hasContent(JsonNode event) {
		return !text(event.path("delta")).isEmpty();
	}

}
