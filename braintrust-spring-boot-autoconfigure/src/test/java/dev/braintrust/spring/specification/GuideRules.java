package dev.braintrust.spring.specification;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * The rules of Braintrust's instrumentation guide for all rows of an instrumentation,
 * independent of the request and answer. Violations begin with the name of the rule.
 */
enum GuideRules {

	SPAN_TYPE(List.of(), (row, found) -> {
		if (!Set.of("llm", "task", "tool").contains(type(row))) {
			found.add("/span_attributes/type");
		}
	}),

	SPAN_NAME(List.of(), (row, found) -> {
		String provider = row.at("/metadata/provider").asString("");
		String name = row.at("/span_attributes/name").asString("");
		String expected = switch (provider) {
			case "anthropic" -> "anthropic.messages.create";
			case "google" -> "generate_content";
			default -> "Chat Completion";
		};
		if (name.isEmpty() || (type(row).equals("llm") && !name.equals(expected))) {
			found.add("/span_attributes/name");
		}
	}),

	SPAN_ORIGIN(List.of(), (row, found) -> {
		JsonNode origin = row.at("/context/span_origin");
		for (String field : List.of("/name", "/version", "/instrumentation/name")) {
			if (isBlank(origin.at(field))) {
				found.add("/context/span_origin" + field);
			}
		}
		if (origin.path("name").asString("").startsWith("braintrust.")) {
			found.add("/context/span_origin/name");
		}
		unknown(origin, "/context/span_origin", Set.of("name", "version", "instrumentation", "environment"), found);
	}),

	CONTEXT(List.of(), (row, found) -> {
		unknown(row.path("context"), "/context",
				Set.of("span_origin", "caller_functionname", "caller_filename", "caller_lineno"), found);
		JsonNode environment = row.at("/context/span_origin/environment");
		unknown(environment, "/context/span_origin/environment", Set.of("type", "name"), found);
		if (environment.has("name") && !environment.path("name").asString("").matches("[a-z0-9]+(_[a-z0-9]+)*")) {
			found.add("/context/span_origin/environment/name");
		}
	}),

	ATTRIBUTES(List.of(), (row, found) -> {
		Set<String> allowed = Set.of("braintrust.parent", "braintrust.org", "braintrust.app_url",
				"braintrust.span_attributes", "braintrust.context_json", "braintrust.input_json",
				"braintrust.output_json", "braintrust.metadata", "braintrust.metrics");
		row.path("attributes").forEach((attribute) -> {
			if (!allowed.contains(attribute.asString())) {
				found.add(attribute.asString());
			}
		});
	}),

	REQUIRED_METADATA(List.of("llm"), (row, found) -> {
		for (String field : List.of("/metadata/model", "/metadata/provider")) {
			if (isBlank(row.at(field))) {
				found.add(field);
			}
		}
	}),

	METADATA_KEYS(List.of(), (row, found) -> {
		Set<String> allowed = switch (type(row)) {
			case "llm" -> Set.of("model", "provider", "temperature", "top_p", "max_tokens", "frequency_penalty",
					"presence_penalty", "stop", "response_format", "tools", "tool_choice", "parallel_tool_calls",
					"max_tool_calls", "prompt");
			case "tool" -> Set.of("tool_name", "tool_call_id", "tool_approval");
			default -> Set.of();
		};
		unknown(row.path("metadata"), "/metadata", allowed, found);
		empty(row.path("metadata"), "/metadata", found);
	}),

	TOOL_APPROVAL(List.of("tool"), (row, found) -> {
		JsonNode approval = row.at("/metadata/tool_approval");
		if (!approval.isMissingNode() && !Set.of("approved", "denied").contains(approval.asString(""))) {
			found.add("/metadata/tool_approval");
		}
	}),

	METRIC_KEYS(List.of(), (row, found) -> {
		Set<String> allowed = new TreeSet<>(List.of("start", "end"));
		if (!type(row).equals("tool")) {
			allowed.addAll(List.of("tokens", "prompt_tokens", "completion_tokens"));
		}
		if (type(row).equals("llm")) {
			allowed.addAll(List.of("time_to_first_token", "completion_reasoning_tokens", "prompt_cached_tokens",
					"prompt_cache_creation_tokens", "prompt_cache_creation_5m_tokens",
					"prompt_cache_creation_1h_tokens", "prompt_audio_tokens", "completion_audio_tokens",
					"completion_image_tokens", "estimated_cost"));
		}
		unknown(row.path("metrics"), "/metrics", allowed, found);
	}),

	METRIC_VALUES(List.of(), (row, found) -> row.path("metrics").forEachEntry((name, value) -> {
		boolean count = name.endsWith("tokens");
		if (!value.isNumber() || value.asDouble() < 0 || (count && !value.isIntegralNumber())) {
			found.add("/metrics/" + name);
		}
	})),

	TIME(List.of(), (row, found) -> {
		JsonNode metrics = row.path("metrics");
		if (metrics.path("start").asDouble(0) <= 0
				|| metrics.path("end").asDouble(0) < metrics.path("start").asDouble(0)) {
			found.add("/metrics/end");
		}
	}),

	// Tokens that are not reported must not be invented, but the third count follows from
	// the other two.
	TOKENS(List.of("llm", "task"), (row, found) -> {
		JsonNode metrics = row.path("metrics");
		if (metrics.has("prompt_tokens") && metrics.has("completion_tokens") && !metrics.has("tokens")) {
			found.add("/metrics/tokens");
		}
		long cached = metrics.path("prompt_cached_tokens").asLong(0) + cacheCreation(metrics);
		if (cached > metrics.path("prompt_tokens").asLong(0)) {
			found.add("/metrics/prompt_tokens");
		}
		boolean split = metrics.has("prompt_cache_creation_5m_tokens")
				|| metrics.has("prompt_cache_creation_1h_tokens");
		if (split && metrics.has("prompt_cache_creation_tokens")) {
			found.add("/metrics/prompt_cache_creation_tokens");
		}
	}),

	INPUT(List.of("llm"), (row, found) -> {
		JsonNode input = row.path("input");
		if (!input.isArray() || input.isEmpty()) {
			found.add("/input");
		}
		for (int i = 0; i < input.size(); i++) {
			ChatMessageRules.check(input.path(i), "/input/" + i, found);
		}
		ChatMessageRules.checkToolResults(input, found);
	}),

	OUTPUT(List.of("llm"), (row, found) -> {
		JsonNode output = row.path("output");
		if (!row.has("error") && (!output.isArray() || output.isEmpty())) {
			found.add("/output");
		}
		for (int i = 0; i < output.size(); i++) {
			ChatMessageRules.checkChoice(output.path(i), "/output/" + i, found);
		}
	}),

	TOOLS(List.of("llm"), (row, found) -> ToolRules.check(row.path("metadata"), found)),

	PROMPT(List.of("llm"), (row, found) -> {
		JsonNode prompt = row.at("/metadata/prompt");
		if (prompt.isMissingNode()) {
			return;
		}
		for (String field : List.of("id", "project_id", "version")) {
			if (isBlank(prompt.path(field))) {
				found.add("/metadata/prompt/" + field);
			}
		}
		if (!prompt.has("variables")) {
			found.add("/metadata/prompt/variables");
		}
		unknown(prompt, "/metadata/prompt", Set.of("id", "project_id", "version", "variables", "prompt_session_id"),
				found);
	}),

	TASK(List.of("task"), (row, found) -> {
		for (String field : List.of("input", "output")) {
			if (row.path(field).isMissingNode() && !row.has("error")) {
				found.add("/" + field);
			}
		}
	}),

	TOOL(List.of("tool"), (row, found) -> {
		for (String field : List.of("input", "output")) {
			if (row.path(field).isMissingNode() && !row.has("error")) {
				found.add("/" + field);
			}
		}
	}),

	ATTACHMENTS(List.of(), (row, found) -> visit(row, "", (path, value) -> {
		if (value.path("type").asString("").equals("braintrust_attachment")) {
			for (String field : List.of("filename", "content_type", "key")) {
				if (isBlank(value.path(field))) {
					found.add(path + "/" + field);
				}
			}
			unknown(value, path, Set.of("type", "filename", "content_type", "key"), found);
		}
	})),

	INLINE_MEDIA(List.of(), (row, found) -> visit(row, "", (path, value) -> {
		if (isDataUrl(value)) {
			found.add(path);
		}
	}));

	private static final Pattern DATA_URL = Pattern.compile("data:[\\w.+-]+/[\\w.+-]+;base64,");

	private final List<String> types;

	private final BiConsumer<JsonNode, List<String>> check;

	GuideRules(List<String> types, BiConsumer<JsonNode, List<String>> check) {
		this.types = types;
		this.check = check;
	}

	/**
	 * The violations of a row, each with its rule and place.
	 */
	static List<String> violations(JsonNode row, Way way) {
		List<String> violations = new ArrayList<>();
		for (GuideRules rule : values()) {
			if (rule.types.isEmpty() || rule.types.contains(type(row))) {
				List<String> found = new ArrayList<>();
				rule.check.accept(row, found);
				found.forEach((place) -> violations.add(rule + ": " + place));
			}
		}
		boolean measured = row.path("metrics").has("time_to_first_token");
		if (type(row).equals("llm") && !row.has("error") && measured != (way == Way.STREAM)) {
			violations.add("time to first token: /metrics/time_to_first_token");
		}
		return violations;
	}

	private static boolean isDataUrl(JsonNode value) {
		return value.isString() && DATA_URL.matcher(value.asString()).lookingAt();
	}

	private static String type(JsonNode row) {
		return row.at("/span_attributes/type").asString("");
	}

	private static long cacheCreation(JsonNode metrics) {
		long split = metrics.path("prompt_cache_creation_5m_tokens").asLong(0)
				+ metrics.path("prompt_cache_creation_1h_tokens").asLong(0);
		return Math.max(split, metrics.path("prompt_cache_creation_tokens").asLong(0));
	}

	static boolean isBlank(JsonNode value) {
		return !value.isString() || value.asString().isBlank();
	}

	/**
	 * Find the keys that are not allowed.
	 */
	static void unknown(JsonNode object, String path, Set<String> allowed, List<String> found) {
		object.propertyNames()
			.stream()
			.filter((name) -> !allowed.contains(name))
			.forEach((name) -> found.add(path + "/" + name));
	}

	// Unknown values must be absent.
	private static void empty(JsonNode object, String path, List<String> found) {
		object.forEachEntry((name, value) -> {
			if (value.isNull() || (value.isContainer() && value.isEmpty())) {
				found.add(path + "/" + name);
			}
		});
	}

	private static void visit(JsonNode value, String path, BiConsumer<String, JsonNode> visitor) {
		visitor.accept(path, value);
		if (value.isArray()) {
			for (int i = 0; i < value.size(); i++) {
				visit(value.get(i), path + "/" + i, visitor);
			}
		}
		else {
			value.forEachEntry((name, child) -> visit(child, path + "/" + name, visitor));
		}
	}

	@Override
	public String toString() {
		return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
	}

}
