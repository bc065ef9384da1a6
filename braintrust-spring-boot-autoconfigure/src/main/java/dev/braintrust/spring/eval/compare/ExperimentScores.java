package dev.braintrust.spring.eval.compare;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.data.RowPages;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads an experiment from Braintrust as a baseline.
 *
 * @see <a href="https://www.braintrust.dev/docs/api-reference/experiments">Braintrust's
 * API reference, "Experiments"</a>
 */
public final class ExperimentScores {

	private static final Log logger = LogFactory.getLog(ExperimentScores.class);

	private static final String EXPERIMENT = "/v1/experiment";

	private static final int LISTED = 100;

	private static final int MOST_PAGES = 20;

	private final ProjectApi api;

	private final String project;

	private final String name;

	// The name of the new experiment, not of the baseline.
	public ExperimentScores(ProjectApi api, String project, String name) {
		this.api = api;
		this.project = project;
		this.name = name;
	}

	// Return null without an API key, after a warning.
	public @Nullable Found read(BaselineExperiment baseline) {
		if (!this.api.hasKey()) {
			logger.warn("The experiment '" + this.name + "' is not compared with " + described(baseline)
					+ ": the Braintrust project '" + this.project + "' has no API key");
			return null;
		}
		String nameOrId = baseline.nameOrId();
		JsonNode experiment = (nameOrId != null) ? find(nameOrId) : latest();
		String id = (experiment != null) ? experiment.path("id").asString("") : "";
		if (experiment == null || id.isEmpty()) {
			if (nameOrId != null) {
				throw new IllegalStateException("The Braintrust project '" + this.project + "' has no experiment '"
						+ nameOrId + "', which '" + this.name + "' is to be compared with");
			}
			return new Found(baseline.name(), null, null);
		}
		String name = experiment.path("name").asString(baseline.name());
		return new Found(name, id, rows(name, id));
	}

	private static String described(BaselineExperiment baseline) {
		return (baseline.nameOrId() != null) ? "'" + baseline.nameOrId() + "'" : baseline.name();
	}

	private @Nullable JsonNode find(String nameOrId) {
		if (isId(nameOrId)) {
			return this.api.get(EXPERIMENT + "/" + nameOrId);
		}
		JsonNode found = this.api.get(EXPERIMENT + "?project_id=" + ProjectApi.encode(this.api.projectId())
				+ "&experiment_name=" + ProjectApi.encode(nameOrId));
		return found.path("objects").get(0);
	}

	private static boolean isId(String text) {
		try {
			return UUID.fromString(text).toString().equalsIgnoreCase(text);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	// Braintrust lists the newest experiments first. It adds a suffix of hexadecimal
	// digits to a name that is already used.
	private @Nullable JsonNode latest() {
		Pattern names = Pattern.compile(Pattern.quote(this.name) + "(-[0-9a-f]{4,})?");
		String path = EXPERIMENT + "?limit=" + LISTED + "&project_id=" + ProjectApi.encode(this.api.projectId());
		String after = "";
		for (int page = 0; page < MOST_PAGES; page++) {
			JsonNode experiments = this.api.get(path + after).path("objects");
			for (JsonNode experiment : experiments) {
				if (names.matcher(experiment.path("name").asString("")).matches()) {
					return experiment;
				}
			}
			if (experiments.size() < LISTED) {
				return null;
			}
			after = "&starting_after=" + ProjectApi.encode(experiments.path(LISTED - 1).path("id").asString(""));
		}
		return null;
	}

	// Scores are on spans below the root of a row. Spans without scores are not skipped,
	// so that their ids are known: a later page may repeat an older version of the span,
	// with a score that was removed since.
	private ScoredInputs rows(String name, String id) {
		Map<String, JsonNode> inputs = new LinkedHashMap<>();
		Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
		RowPages
			.of(this.api, EXPERIMENT + "/" + ProjectApi.encode(id), null, (event) -> true,
					(problem) -> new IllegalStateException("The experiment '" + name + "' of the Braintrust project '"
							+ this.project + "' cannot be read. " + problem))
			.forEachRemaining((event) -> add(event, inputs, scores));
		ScoredInputs scored = new ScoredInputs();
		inputs.forEach((root, input) -> scored.add(input.toString(), scores.getOrDefault(root, Map.of())));
		return scored;
	}

	private static void add(JsonNode event, Map<String, JsonNode> inputs, Map<String, Map<String, Double>> scores) {
		String root = event.path("root_span_id").asString("");
		boolean isRoot = event.path("is_root").asBoolean(false) || root.equals(event.path("span_id").asString("-"));
		if (isRoot) {
			inputs.put(root, event.path("input"));
		}
		event.path("scores").properties().forEach((score) -> {
			if (score.getValue().isNumber()) {
				scores.computeIfAbsent(root, (added) -> new LinkedHashMap<>())
					.put(score.getKey(), score.getValue().doubleValue());
			}
		});
	}

	/**
	 * The result of the search for a baseline. The id and the scores are null if it does
	 * not exist or cannot be read without an API key.
	 *
	 * @param name the name of the baseline
	 * @param id the id of the experiment
	 * @param scores its scores
	 */
	public record Found(String name, @Nullable String id, @Nullable ScoredInputs scores) {

	}

}
