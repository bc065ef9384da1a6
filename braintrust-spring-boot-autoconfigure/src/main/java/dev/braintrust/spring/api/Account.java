package dev.braintrust.spring.api;

import java.net.URI;
import java.time.Duration;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

/**
 * The common part of requests to Braintrust's API. Projects with the same account need
 * one login.
 *
 * @param orgName the name of the organization, or {@code null}
 * @param timeout how long to wait for an answer
 */
public record Account(ApiKey apiKey, URI apiUrl, @Nullable String orgName, ProjectSettings.Connection connection,
		Duration timeout) {

	// Return the account of a project, or null without an API key.
	public static @Nullable Account of(ProjectSettings project) {
		ApiKey apiKey = project.apiKey();
		return (apiKey != null) ? new Account(apiKey, project.apiUrl(), project.orgName(),
				project.export().connection(), project.export().timeout()) : null;
	}

	String host() {
		return WebUrl.host(this.apiUrl);
	}

}
