package dev.braintrust.spring.export;

import java.util.Set;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param status the status code of the answer, or {@code null} where there was none
 * @param failure why there was none, if known
 * @param mayPass whether the same request may succeed later
 */
record Answer(@Nullable Integer status, @Nullable Throwable failure, boolean mayPass) {

	/**
	 * The statuses that are worth another attempt.
	 *
	 * @see <a href=
	 * "https://opentelemetry.io/docs/specs/otlp/#otlphttp-response">OTLP/HTTP
	 * response</a>
	 */
	private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);

	static Answer of(@Nullable Integer status, @Nullable Throwable failure) {
		return new Answer(status, failure, status == null || PASSING.contains(status));
	}

	/**
	 * No request could be made of the spans.
	 * @param failure the reason
	 * @return the answer
	 */
	static Answer unsendable(Throwable failure) {
		return new Answer(null, failure, false);
	}

	boolean isAccepted() {
		return this.status != null && this.status >= 200 && this.status < 300;
	}

	/**
	 * What happened, without anything that the message of an exception may hold.
	 * @return the status or the kind of failure
	 */
	String describe() {
		if (this.status != null) {
			return "status " + this.status;
		}
		Throwable cause = this.failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause != null) ? cause.getClass().getSimpleName() : "no answer";
	}

}
