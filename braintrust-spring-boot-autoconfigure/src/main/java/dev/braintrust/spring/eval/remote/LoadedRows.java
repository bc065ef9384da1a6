package dev.braintrust.spring.eval.remote;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

import dev.braintrust.spring.api.ApiFailure;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of Braintrust, which are loaded page by page with the token of a caller. A later
 * page may have rows of an earlier one, so each id counts once.
 *
 * @param caller the caller
 * @param path the path of the requests
 * @param body their body, which has the limit and the cursor, unless its query has them
 */
record LoadedRows(Caller caller, String path, ObjectNode body) {

	static final int PAGE = 512;

	// Read the rows until the reader wants no more.
	void read(Predicate<JsonNode> reader) {
		ObjectNode page = page();
		Set<String> ids = new HashSet<>();
		Set<String> cursors = new HashSet<>();
		String cursor;
		do {
			JsonNode answer = fetch(page);
			JsonNode rows = answer.path((page != this.body) ? "data" : "events");
			for (JsonNode row : rows) {
				if (ids.add(String.valueOf(RequestedCases.text(row, "id"))) && !reader.test(row)) {
					return;
				}
			}
			cursor = rows.isEmpty() ? null : RequestedCases.text(answer, "cursor");
			if (cursor != null && !cursors.add(cursor)) {
				throw RequestedCases.problem("The rows cannot be read, since Braintrust answers the same pages again.");
			}
			page.put("cursor", cursor);
		}
		while (cursor != null);
	}

	private ObjectNode page() {
		return (this.body.get("query") instanceof ObjectNode query) ? query : this.body;
	}

	// Rows may be so large that fewer of them fit into an answer.
	private JsonNode fetch(ObjectNode page) {
		while (true) {
			try {
				return this.caller.api().post(this.path, this.body);
			}
			catch (ApiFailure ex) {
				int limit = page.path("limit").asInt();
				if (!ex.reply().isBrokenOff() || limit == 1) {
					throw ex;
				}
				page.put("limit", Math.max(1, limit / 8));
			}
		}
	}

}
