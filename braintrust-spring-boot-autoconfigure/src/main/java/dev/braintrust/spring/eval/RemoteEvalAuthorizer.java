package dev.braintrust.spring.eval;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Decides who may use the remote evaluations of a project, after Braintrust has accepted
 * the caller: the token is valid, belongs to the organization of the project, and can
 * read the project. A bean of this type is called for each request, for example to let
 * only some people run an evaluation:
 *
 * <pre>
 * &#64;Bean
 * RemoteEvalAuthorizer reviewersAlone(Reviewers reviewers) {
 *     return (call) -&gt; call.evaluation() == null || reviewers.include(call.header("x-forwarded-user"));
 * }
 * </pre>
 *
 * It must be thread-safe. If it throws an exception, the request is refused.
 */
@FunctionalInterface
public interface RemoteEvalAuthorizer {

	/**
	 * Whether to allow a request.
	 * @param call the request
	 * @return {@code false} to refuse the request with status 403
	 */
	boolean isAllowed(Call call);

	/**
	 * A request of a caller.
	 *
	 * @param project the key of the project
	 * @param organization the name of the organization of the caller and of the project
	 * @param evaluation the name of the evaluation to run, or {@code null} for the list
	 * of evaluations
	 * @param headers returns a header of the request by its name
	 */
	record Call(String project, String organization, @Nullable String evaluation,
			Function<String, @Nullable String> headers) {

		/**
		 * Return a header of the request.
		 * @param name the name of the header
		 * @return its first value, or {@code null} if the request does not have it
		 */
		public @Nullable String header(String name) {
			return this.headers.apply(name);
		}

		@Override
		public String toString() {
			return "Call[" + this.project + ", " + this.organization + ", " + this.evaluation + "]";
		}

	}

}
