package dev.braintrust.spring.eval.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.remote.EvalRequest.HostedScore;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scoring;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scorer that the caller adds and Braintrust runs, with the token of the caller.
 */
final class HostedScorer implements Scorer<Object, Object, Object> {

	// A model may have to answer.
	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	// It remembers the classes of the application, so each run has its own.
	private final JsonMapper mapper = JsonMapper.builder().findAndAddModules().build();

	private final HostedScore score;

	private final ProjectApi api;

	private final Supplier<ObjectNode> parent;

	// The parent is what the spans of the function go to, below the current span.
	HostedScorer(HostedScore score, ProjectApi api, Supplier<ObjectNode> parent) {
		this.score = score;
		this.api = api;
		this.parent = parent;
	}

	@Override
	public String name() {
		return this.score.name();
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		ObjectNode body = JsonNodeFactory.instance.objectNode();
		body.set("input", this.mapper.valueToTree(input(it)));
		if (this.score.version() != null) {
			body.put("version", this.score.version());
		}
		body.set("parent", this.parent.get());
		JsonNode answer = this.api.post("/v1/function/" + ProjectApi.encode(this.score.functionId()) + "/invoke", body,
				TIMEOUT);
		List<Score> scores = new ArrayList<>();
		if (answer.isArray()) {
			answer.forEach((each) -> scores.add(score(each, true)));
		}
		else if (!answer.isNull()) {
			scores.add(score(answer, false));
		}
		return scores;
	}

	private static Map<String, @Nullable Object> input(Scoring<?, ?, ?> it) {
		Map<String, @Nullable Object> input = new LinkedHashMap<>();
		input.put("input", it.input());
		input.put("output", it.output());
		input.put("expected", it.expected());
		input.put("metadata", it.metadata());
		input.put("parameters", it.parameters().asMap());
		return input;
	}

	// A number, or {"name", "score", "metadata"}.
	private Score score(JsonNode answer, boolean named) {
		if (answer.isNumber()) {
			return Score.of(answer.doubleValue());
		}
		JsonNode metadata = answer.path("metadata");
		JsonNode value = answer.path("score");
		// A choice of a classifier that is a number is its score.
		JsonNode number = value.isNumber() ? value : metadata.path("choice");
		Score score = number.isNumber() ? Score.of(number.doubleValue()) : Score.skipped();
		if (!answer.isObject() || !(number.isNumber() || value.isNull())) {
			throw new IllegalStateException("The scorer '" + name() + "' of Braintrust gave no score");
		}
		for (Map.Entry<String, JsonNode> each : metadata.properties()) {
			score = score.metadata(each.getKey(), this.mapper.treeToValue(each.getValue(), Object.class));
		}
		String name = answer.path("name").asString("");
		return (named && !name.isEmpty()) ? score.named(name) : score;
	}

}
