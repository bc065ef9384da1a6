package dev.braintrust.spring.eval.data;

import java.util.Iterator;

import dev.braintrust.spring.api.ProjectApi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The root spans in the logs of a project as cases: the output of a root is the expected
 * output.
 *
 * @param filter the filter that roots must match
 * @param expected the type of the outputs
 */
record ProjectLogs<I, E>(String project, ProjectApi api, String filter, Class<I> input,
		Class<E> expected) implements Dataset<I, E> {

	@Override
	public Iterator<EvalCase<I, E>> iterator() {
		String what = "The logs of the Braintrust project '" + this.project + "'";
		RowPages pages = new RowPages(this::fetch, RowPages.LIMIT, (row) -> true, StoredRows.unreadable(what));
		return new StoredRows<>(what, pages, new CaseReader<>(this.input, this.expected), "project_logs",
				this.api::projectId);
	}

	private RowPages.Page fetch(int limit, @Nullable String cursor) {
		String query = "select: id, input, output, metadata, tags, created, _xact_id | from: project_logs('"
				+ quoted(this.api.projectId()) + "') | filter: is_root and input is not null and (" + this.filter
				+ ") | sort: _pagination_key desc | limit: " + limit
				+ ((cursor != null) ? " | cursor: '" + quoted(cursor) + "'" : "");
		JsonNode answer = this.api.post("/btql", JsonNodeFactory.instance.objectNode().put("query", query));
		answer.path("data").values().forEach((row) -> {
			if (row instanceof ObjectNode log) {
				log.set("expected", log.path("output").isMissingNode() ? log.nullNode() : log.path("output"));
			}
		});
		return new RowPages.Page(answer, "data");
	}

	private static String quoted(String text) {
		return text.replace("'", "''");
	}

}
