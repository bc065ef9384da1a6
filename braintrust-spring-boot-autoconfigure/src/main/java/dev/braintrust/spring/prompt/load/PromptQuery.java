package dev.braintrust.spring.prompt.load;

import dev.braintrust.spring.api.ProjectApi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The prompt to load: a slug, and a version or an environment.
 *
 * @param version the version, or {@code null}
 * @param environment the environment, or {@code null}
 */
record PromptQuery(String slug, @Nullable String version, @Nullable String environment) {

	String toQuery() {
		String query = "slug=" + ProjectApi.encode(this.slug);
		if (this.version != null) {
			query += "&version=" + ProjectApi.encode(this.version);
		}
		return (this.environment != null) ? query + "&environment=" + ProjectApi.encode(this.environment) : query;
	}

	// A file may be a copy of Braintrust's response. Its id and version are removed,
	// because the prompt still comes from the file.
	static JsonNode withoutOrigin(JsonNode file) {
		JsonNode prompt = file.has("objects") ? file.at("/objects/0") : file;
		return JsonNodeFactory.instance.objectNode()
			.set("prompt_data", prompt.has("prompt_data") ? prompt.path("prompt_data") : prompt);
	}

	@Override
	public String toString() {
		String which = "prompt '" + this.slug + "'";
		if (this.version != null) {
			return which + ", version " + this.version + ",";
		}
		return (this.environment != null) ? which + " in the environment '" + this.environment + "'" : which;
	}

}
