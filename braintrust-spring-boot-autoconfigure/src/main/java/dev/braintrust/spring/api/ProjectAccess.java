package dev.braintrust.spring.api;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The result of checking the access of one project. It contains no secrets.
 *
 * @param problem the problem and its solution, in sentences, or {@code null}
 * @param orgName the name of the project's organization, {@code null} if unknown
 * @param projectName the name of the project in Braintrust, {@code null} if unknown
 * @param checkedAt the time of the check
 */
public record ProjectAccess(State state, @Nullable String problem, @Nullable String orgName,
		@Nullable String projectName, Instant checkedAt) {

	/**
	 * The result of a check.
	 */
	public enum State {

		// The key is valid, and so is everything else that could be checked.
		GRANTED,

		// The key is not accepted.
		WRONG_KEY,

		// The key does not belong to the configured organization.
		WRONG_ORGANIZATION,

		// The key cannot see a project with the configured id.
		UNKNOWN_PROJECT,

		// Braintrust did not answer.
		UNREACHABLE,

		// Braintrust's answer does not tell whether the key has access.
		UNCLEAR

	}

}
