package dev.braintrust.spring.eval.remote;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a request to run an evaluation:
 * {@code {"name", "parameters"?, "data", "scores"?, "experiment_name"?, "project_id"?,
 * "parent"?, "stream"?}}.
 *
 * @param parameters the parameter values that the caller has chosen
 * @param data the source of the cases
 * @param scores additional scorers in Braintrust
 * @param experimentName the name of the experiment, or {@code null} for the name of the
 * evaluation
 * @param projectId the id of the project, or {@code null}
 * @param parent the parent of the spans, or {@code null} for a new experiment
 * @param stream whether the caller reads events
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-sdk-javascript/blob/main/js/dev/types.ts">Braintrust's
 * SDK for JavaScript, {@code dev/types.ts}</a>
 */
record EvalRequest(String name, Map<String, @Nullable Object> parameters, JsonNode data, List<HostedScore> scores,
		@Nullable String experimentName, @Nullable String projectId, @Nullable RunParent parent, boolean stream) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	// Each scorer costs one request per row.
	private static final int MAX_SCORES = 100;

	// The fields that identify a scorer. A playground sends all fields of one list.
	private static final List<List<String>> NAMED_BY = List.of(List.of("function_id"), List.of("project_name", "slug"),
			List.of("global_function"), List.of("prompt_session_id", "prompt_session_function_id"),
			List.of("inline_context", "code"), List.of("inline_function"), List.of("inline_prompt"));

	// Additional fields that Braintrust accepts.
	private static final Set<String> BESIDE = Set.of("function_type", "inline_prompt", "name");

	private static final Set<String> SOURCES = Set.of("data", "dataset_id", "dataset_name", "experiment_name");

	// Read a body, or throw a RequestProblem.
	static EvalRequest read(byte[] body) {
		JsonNode json = json(body);
		String name = text(json, "name");
		if (name == null) {
			throw problem("'name' is missing. It is the name of an evaluation.");
		}
		JsonNode stream = json.path("stream");
		return new EvalRequest(name, parameters(json.path("parameters")), data(json.path("data")),
				scores(json.path("scores")), text(json, "experiment_name"), text(json, "project_id"),
				RunParent.of(json.path("parent")), stream.isBoolean() && stream.booleanValue());
	}

	private static JsonNode json(byte[] body) {
		try {
			JsonNode json = MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
			if (json.isObject()) {
				return json;
			}
		}
		catch (JacksonException ex) {
			// The message is not used, because it may quote the body.
		}
		throw problem("The body is not a JSON object, or is nested too deep.");
	}

	private static @Nullable String text(JsonNode json, String name) {
		JsonNode value = json.path(name);
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		if (!value.isString() || value.stringValue().isBlank()) {
			throw problem("'" + name + "' is not a string.");
		}
		return value.stringValue();
	}

	private static Map<String, @Nullable Object> parameters(JsonNode json) {
		if (json.isMissingNode() || json.isNull()) {
			return Map.of();
		}
		if (!json.isObject()) {
			throw problem("'parameters' is not a JSON object.");
		}
		Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
		json.properties()
			.forEach((each) -> parameters.put(each.getKey(),
					each.getValue().isNull() ? null : MAPPER.treeToValue(each.getValue(), Object.class)));
		return parameters;
	}

	private static JsonNode data(JsonNode json) {
		List<String> sources = SOURCES.stream().filter(json::hasNonNull).sorted().toList();
		if (sources.size() != 1) {
			throw problem("'data' needs exactly one of 'data', 'dataset_id', 'dataset_name' and 'experiment_name'.");
		}
		if (json.hasNonNull("data")) {
			if (!json.path("data").isArray() || json.path("data").isEmpty()) {
				throw problem("'data.data' is not an array of rows.");
			}
		}
		else {
			text(json, sources.get(0));
			JsonNode filter = json.path("_internal_btql");
			if (!filter.isObject() && !filter.isNull() && !filter.isMissingNode()) {
				throw problem("'data._internal_btql' is not a JSON object.");
			}
		}
		return json;
	}

	private static List<HostedScore> scores(JsonNode json) {
		if (json.size() > MAX_SCORES) {
			throw problem("'scores' has more than " + MAX_SCORES + " scorers.");
		}
		List<HostedScore> scores = new ArrayList<>();
		for (JsonNode each : json) {
			String name = text(each, "name");
			ObjectNode function = function(each.path("function_id"));
			if (name == null || function == null) {
				throw problem(
						"A scorer in 'scores' needs 'name' and 'function_id', which names a scorer of Braintrust.");
			}
			String version = text(each.path("function_id"), "version");
			scores.add(new HostedScore(name, function.toString(), (version != null) ? version : text(each, "version")));
		}
		return List.copyOf(scores);
	}

	private static @Nullable ObjectNode function(JsonNode json) {
		ObjectNode function = JsonNodeFactory.instance.objectNode();
		// Older playgrounds send the id instead of an object.
		if (json.isString() && !json.stringValue().isBlank()) {
			return function.put("function_id", json.stringValue());
		}
		for (List<String> fields : NAMED_BY) {
			if (fields.stream().allMatch(json::hasNonNull)) {
				Stream.concat(fields.stream(), BESIDE.stream())
					.filter(json::hasNonNull)
					.forEach((field) -> function.set(field, json.path(field)));
				return function;
			}
		}
		return null;
	}

	private static RequestProblem problem(String message) {
		return new RequestProblem(RequestProblem.BAD_REQUEST, message);
	}

	/**
	 * A scorer that Braintrust runs.
	 *
	 * @param function the JSON that identifies its function in Braintrust's API
	 * @param version the version of the function, or {@code null} for the latest one
	 */
	record HostedScore(String name, String function, @Nullable String version) {

	}

	/**
	 * The parent of a run's spans, {@code {"object_type", "object_id",
	 * "propagated_event"?}}.
	 *
	 * @param objectType the type of the parent object
	 * @param generation the {@code generation} in {@code span_attributes}, as JSON, or
	 * {@code null}
	 */
	record RunParent(String objectType, String objectId, @Nullable String generation) {

		private static final Map<String, String> TYPES = Map.of("playground_logs", "playground_id", "experiment",
				"experiment_id", "project_logs", "project_id");

		// Return the value of braintrust.parent, such as "playground_id:…".
		String parent() {
			return TYPES.get(this.objectType) + ":" + this.objectId;
		}

		static @Nullable RunParent of(JsonNode json) {
			if (json.isMissingNode() || json.isNull()) {
				return null;
			}
			String type = json.path("object_type").asString("");
			String id = json.path("object_id").asString("");
			if (!TYPES.containsKey(type) || !id.matches("[\\x21-\\x7e]{1,200}")) {
				throw problem("'parent' needs an 'object_type' that is known, and an 'object_id'.");
			}
			JsonNode generation = json.path("propagated_event").path("span_attributes").path("generation");
			return new RunParent(type, id,
					(generation.isValueNode() && !generation.isNull()) ? generation.toString() : null);
		}

	}

}
