package dev.braintrust.spring.api;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What Braintrust said about the access of one project. It has no secrets.
 *
 * @param problem what is wrong and how to mend it, in sentences; {@code null} if nothing
 * is
 * @param orgName the name of the organization that the project is in, {@code null} where
 * it is not known
 * @param projectName the name of the project in Braintrust, {@code null} where it is not
 * known
 * @param checkedAt when it was asked
 */
public record ProjectAccess(State state, @Nullable String problem, @Nullable String orgName,
		@Nullable String projectName, Instant checkedAt) {

	/**
	 * What was found.
	 */
	public enum State {

		// The key is valid, and what else could be checked is right.
		GRANTED,

		// The key is not accepted.
		WRONG_KEY,

		// The key is not one of the organization that is configured.
		WRONG_ORGANIZATION,

		// The key sees no project with the id that is configured.
		UNKNOWN_PROJECT,

		// There was no answer.
		UNREACHABLE,

		// There was an answer that says nothing about the access.
		UNCLEAR

	}

}
