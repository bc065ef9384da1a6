package dev.braintrust.spring.eval.remote;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.settings.ProjectSettings;

/**
 * An accepted caller. Requests to Braintrust on behalf of the caller use the caller's
 * token: with the application's API key, the caller could read foreign data.
 *
 * @param settings the settings of the project, with the caller's token as its API key
 * @param api Braintrust's API with the caller's token
 * @param organization the name of the caller's organization
 * @param projectName the name of the project in Braintrust
 */
record Caller(ProjectSettings settings, ProjectApi api, String organization, String projectId, String projectName) {

	@Override
	public String toString() {
		return "Caller[" + this.settings.key() + ", " + this.organization + "]";
	}

}
