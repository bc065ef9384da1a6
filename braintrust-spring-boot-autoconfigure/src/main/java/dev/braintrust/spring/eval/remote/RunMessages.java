package dev.braintrust.spring.eval.remote;

import java.net.URI;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.data.EvalCase;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The messages of a run to its caller, in the format of Braintrust's SDK for JavaScript.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-sdk-javascript/blob/main/js/dev/server.ts">Braintrust's
 * SDK for JavaScript, {@code dev/server.ts}</a>
 */
record RunMessages(Caller caller, String eval) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	// An experiment has started.
	ObjectNode start(String name, @Nullable String id, @Nullable URI url) {
		String project = this.caller.settings().appUrl() + "/app/" + ProjectApi.encode(this.caller.organization())
				+ "/p/" + ProjectApi.encode(this.caller.projectName());
		return object().put("projectName", this.caller.projectName())
			.put("projectId", this.caller.projectId())
			.put("experimentId", id)
			.put("experimentName", name)
			.put("projectUrl", project)
			.put("experimentUrl", (url != null) ? url.toString() : null);
	}

	ObjectNode summary(ExperimentResult<?, ?, ?> result) {
		ObjectNode summary = start(result.name(), result.id(), result.url());
		summary.putNull("comparisonExperimentName");
		ObjectNode scores = summary.putObject("scores");
		for (ScoreSummary score : result.scores().values()) {
			// The mean of a score without rows is NaN.
			if (score.count() > 0) {
				scores.putObject(score.name())
					.put("name", score.name())
					.put("score", score.mean())
					.put("improvements", 0)
					.put("regressions", 0);
			}
		}
		summary.putObject("metrics");
		return summary;
	}

	// The recorded output of a row.
	ObjectNode output(RowResult<?, ?, ?> row, @Nullable String spanId, @Nullable String output) {
		return progress(row, spanId, "json_delta", (output != null) ? output : "null");
	}

	ObjectNode failure(RowResult<?, ?, ?> row, @Nullable String spanId, Throwable error) {
		return progress(row, spanId, "error", text(error));
	}

	// Without this message, the row still seems to be running.
	ObjectNode done(RowResult<?, ?, ?> row, @Nullable String spanId) {
		return progress(row, spanId, "done", "");
	}

	private ObjectNode progress(RowResult<?, ?, ?> row, @Nullable String spanId, String event, String data) {
		ObjectNode progress = object().put("id", spanId)
			.put("object_type", "task")
			.put("name", this.eval)
			.put("format", "code")
			.put("output_type", "completion")
			.put("event", event)
			.put("data", data);
		EvalCase.Origin origin = row.evalCase().origin();
		if (origin != null) {
			progress.set("origin", MAPPER.valueToTree(origin.toFields()));
		}
		return progress;
	}

	// Describe an error only by its type and message.
	static ObjectNode error(Throwable error) {
		return object().put("type", error.getClass().getName()).put("message", message(error));
	}

	private static String text(Throwable error) {
		return error.getClass().getName() + ": " + message(error);
	}

	// An exception of the application may itself fail in getMessage().
	private static String message(Throwable error) {
		try {
			return String.valueOf(error.getMessage());
		}
		catch (Throwable ex) {
			return "";
		}
	}

	private static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

}
