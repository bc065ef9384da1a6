package dev.braintrust.spring.eval.data;

import dev.braintrust.spring.api.ProjectApi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The roots of the logs of a project.
 *
 * @param project the key of the project
 * @param api the API of Braintrust for the project
 * @param filter what they fulfil
 */
record LogPages(String project, ProjectApi api, String filter) implements StoredRows.Pages {

	@Override
	public JsonNode fetch(int limit, @Nullable String cursor) {
		String query = "select: id, input, output, metadata, tags, created, _xact_id | from: project_logs('"
				+ quoted(this.api.projectId()) + "') | filter: is_root and input is not null and (" + this.filter
				+ ") | sort: _pagination_key desc | limit: " + limit
				+ ((cursor != null) ? " | cursor: '" + quoted(cursor) + "'" : "");
		return this.api.post("/btql", JsonNodeFactory.instance.objectNode().put("query", query));
	}

	private static String quoted(String text) {
		return text.replace("'", "''");
	}

	@Override
	public JsonNode rows(JsonNode page) {
		page.path("data").values().forEach((row) -> {
			if (row instanceof ObjectNode log) {
				log.set("expected", log.path("output").isMissingNode() ? log.nullNode() : log.path("output"));
			}
		});
		return page.path("data");
	}

	@Override
	public EvalCase.Origin origin(String row, JsonNode event) {
		return new EvalCase.Origin("project_logs", this.api.projectId(), row, event.path("_xact_id").asString(null),
				event.path("created").asString(null));
	}

	@Override
	public String toString() {
		return "The logs of the Braintrust project '" + this.project + "'";
	}

}
