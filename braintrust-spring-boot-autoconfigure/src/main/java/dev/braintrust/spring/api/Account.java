package dev.braintrust.spring.api;

import java.net.URI;
import java.time.Duration;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of projects to Braintrust's API have in common: projects of one
 * account need one login.
 *
 * @param orgName the name of the organization, if given
 * @param timeout when an answer is given up
 */
public record Account(ApiKey apiKey, URI apiUrl, @Nullable String orgName, ProjectSettings.Connection connection,
		Duration timeout) {

	// The account of a project, if it has a key.
	public static @Nullable Account of(ProjectSettings project) {
		ApiKey apiKey = project.apiKey();
		return (apiKey != null) ? new Account(apiKey, project.apiUrl(), project.orgName(),
				project.export().connection(), project.export().timeout()) : null;
	}

	String host() {
		return WebUrl.host(this.apiUrl);
	}

}
