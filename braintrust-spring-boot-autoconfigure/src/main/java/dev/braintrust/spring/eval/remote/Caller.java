package dev.braintrust.spring.eval.remote;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.settings.ProjectSettings;

/**
 * Somebody who is let in. All that Braintrust is asked for on their behalf carries their
 * own token: with the key of the application they could read what is not theirs.
 *
 * @param settings the settings of the project, with the token of the caller as its key
 * @param api Braintrust's API as the caller sees it
 * @param organization the name of their organization
 * @param projectName its name in Braintrust
 */
record Caller(ProjectSettings settings, ProjectApi api, String organization, String projectId, String projectName) {

	@Override
	public String toString() {
		return "Caller[" + this.settings.key() + ", " + this.organization + "]";
	}

}
