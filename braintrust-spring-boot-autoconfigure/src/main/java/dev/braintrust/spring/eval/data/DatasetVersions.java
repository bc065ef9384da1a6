package dev.braintrust.spring.eval.data;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.ProjectApi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Looks up versions of datasets in Braintrust.
 *
 * @param api the API of Braintrust
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/dataset-versions/contracts.md">Braintrust's
 * specification, "Dataset versioning: contracts"</a>
 */
public record DatasetVersions(ProjectApi api) {

	// Return the current version of a dataset, or null if it has no rows.
	public @Nullable String latest(String id) {
		JsonNode query = JsonNodeFactory.instance.objectNode()
			.put("query",
					"SELECT max(_xact_id) as version, count(*) as count FROM dataset('" + id.replace("'", "''") + "')");
		return text(this.api.post("/btql", query).path("data").path(0), "version");
	}

	// Return the version of a dataset in an environment, or null if absent.
	public @Nullable String of(String environment, String id, @Nullable String orgName) {
		String path = "/environment-object/dataset/" + ProjectApi.encode(id) + "/" + ProjectApi.encode(environment)
				+ ((orgName != null) ? "?org_name=" + ProjectApi.encode(orgName) : "");
		try {
			return text(this.api.get(path), "object_version");
		}
		catch (ApiFailure ex) {
			if (ex.reply().status() != 400 && ex.reply().status() != 404) {
				throw ex;
			}
			return null;
		}
	}

	private static @Nullable String text(JsonNode json, String name) {
		String text = json.path(name).asString("");
		return text.isBlank() ? null : text;
	}

}
