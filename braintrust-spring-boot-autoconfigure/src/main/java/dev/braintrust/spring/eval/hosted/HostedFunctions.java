package dev.braintrust.spring.eval.hosted;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.score.HostedScorer;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;

/**
 * Calls a project's scorers in Braintrust for one experiment. They are looked up before
 * its first row. Thread-safe.
 *
 * @see <a href="https://www.braintrust.dev/docs/api-reference">Braintrust's API,
 * {@code POST /v1/function/{function_id}/invoke}</a>
 */
public final class HostedFunctions {

	private static final String PATH = "/v1/function";

	// For a function whose id is not known. Braintrust's own SDKs call this path.
	private static final String BY_REFERENCE = "/function/invoke";

	// The type of a parent object, by the prefix of braintrust.parent.
	private static final Map<String, String> TYPES = Map.of("experiment_id", "experiment", "playground_id",
			"playground_logs", "project_id", "project_logs");

	private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

	// It only reads JSON trees, so it caches no class of the application.
	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final Map<HostedFunction, String> ids = new ConcurrentHashMap<>();

	private final ProjectApi api;

	private final String project;

	private final String experiment;

	// Whether a playground started the run; only a playground may pass a function
	// as JSON.
	private final boolean remote;

	private final @Nullable String generation;

	private final Duration timeout;

	public HostedFunctions(ProjectApi api, String project, String experiment, boolean remote,
			@Nullable String generation, Duration timeout) {
		this.api = api;
		this.project = project;
		this.experiment = experiment;
		this.remote = remote;
		this.generation = generation;
		this.timeout = timeout;
	}

	// Look up the scorers of an experiment, so that an unusable scorer fails before any
	// row runs. An experiment that is not sent makes no request.
	public void prepare(List<HostedScorer> scorers, boolean sent, boolean captured) {
		Assert.state(sent || scorers.isEmpty(), () -> notSent(function(scorers.get(0).slug(), null)));
		for (HostedScorer scorer : scorers) {
			HostedFunction function = function(scorer.slug(), scorer.version());
			Assert.state(captured, () -> withoutContent(function));
			if (!function.reference()) {
				id(function);
			}
		}
	}

	// Call a scorer with the recorded row. The spans of the scorer become children of the
	// given span; parent is the span's braintrust.parent.
	public @Nullable Object invoke(String slug, @Nullable String version, @Nullable String row, String parameters,
			SpanContext span, @Nullable String parent) {
		HostedFunction function = function(slug, version);
		Assert.state(parent != null, () -> notSent(function));
		ObjectNode input = input(function, row);
		JsonNode all = MAPPER.readTree(parameters);
		if (!all.isEmpty()) {
			input.set("parameters", all);
		}
		ObjectNode body = function.reference() ? (ObjectNode) MAPPER.readTree(slug)
				: JsonNodeFactory.instance.objectNode();
		body.set("input", input);
		if (version != null) {
			body.put("version", version);
		}
		body.set("parent", parent(parent, span));
		String id = function.reference() ? text(body.remove("function_id")) : id(function);
		String path = id.isEmpty() ? BY_REFERENCE : PATH + "/" + ProjectApi.encode(id) + "/invoke";
		try {
			return MAPPER.convertValue(this.api.post(path, body, this.timeout), Object.class);
		}
		catch (ApiFailure ex) {
			throw new IllegalStateException("The " + function + " did not score. " + ex.getMessage(), ex);
		}
	}

	// The parent of the function's spans. They are marked as scorer spans, so Braintrust
	// does not count them as work of the task.
	private ObjectNode parent(String parent, SpanContext span) {
		int colon = parent.indexOf(':');
		ObjectNode json = JsonNodeFactory.instance.objectNode()
			.put("object_type", TYPES.get(parent.substring(0, colon)))
			.put("object_id", parent.substring(colon + 1));
		json.putObject("row_ids")
			.put("id", "otel")
			.put("span_id", span.getSpanId())
			.put("root_span_id", span.getTraceId());
		ObjectNode attributes = json.putObject("propagated_event").putObject("span_attributes");
		attributes.put("purpose", "scorer");
		if (this.generation != null) {
			attributes.set("generation", MAPPER.readTree(this.generation));
		}
		return json;
	}

	private static String text(@Nullable JsonNode json) {
		return (json != null) ? json.asString("") : "";
	}

	// The score of an incomplete row would be meaningless.
	private ObjectNode input(HostedFunction function, @Nullable String row) {
		JsonNode recorded = (row != null) ? MAPPER.readTree(row) : JsonNodeFactory.instance.nullNode();
		Assert.state(recorded.has("input") && recorded.has("output"), () -> withoutContent(function));
		ObjectNode input = JsonNodeFactory.instance.objectNode();
		for (String field : List.of("input", "output", "expected", "metadata")) {
			input.set(field, recorded.path(field));
		}
		return input;
	}

	private String id(HostedFunction function) {
		String known = ID.matcher(function.slug()).matches() ? function.slug() : this.ids.get(function);
		if (known != null) {
			return known;
		}
		try {
			String version = (function.version() != null) ? "&version=" + ProjectApi.encode(function.version()) : "";
			JsonNode found = this.api.get(PATH + "?project_id=" + ProjectApi.encode(this.api.projectId()) + "&slug="
					+ ProjectApi.encode(function.slug()) + version);
			String id = found.path("objects").path(0).path("id").asString("");
			Assert.state(!id.isEmpty(),
					() -> "The Braintrust project '" + this.project + "' does not have the " + function);
			this.ids.put(function, id);
			return id;
		}
		catch (ApiFailure ex) {
			throw new IllegalStateException("The " + function + " could not be found. " + ex.getMessage(), ex);
		}
	}

	private String notSent(HostedFunction function) {
		return "The " + function + " scores only experiments that are sent to Braintrust, and '" + this.experiment
				+ "' is not. Set 'braintrust.evals.send' to true and give the Braintrust project '" + this.project
				+ "' an API key, or leave out the scorer.";
	}

	private String withoutContent(HostedFunction function) {
		return "The " + function + " scores whole rows only, but 'capture' or a content filter of the Braintrust "
				+ "project '" + this.project + "' leaves out the input or the output";
	}

	// A playground passes a function as JSON: its id, a global name, or its definition. A
	// slug of the application is never read as JSON.
	private HostedFunction function(String slug, @Nullable String version) {
		return new HostedFunction(slug, version, this.remote && slug.startsWith("{"));
	}

	private record HostedFunction(String slug, @Nullable String version, boolean reference) {

		@Override
		public String toString() {
			return this.reference ? "hosted scorer of the playground" : "hosted scorer '" + this.slug + "'"
					+ ((this.version != null) ? " in the version '" + this.version + "'" : "");
		}

	}

}
