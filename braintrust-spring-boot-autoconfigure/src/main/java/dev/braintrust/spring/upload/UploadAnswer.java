package dev.braintrust.spring.upload;

import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;

import dev.braintrust.spring.api.RetryAfter;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param status the status code, or 0 where there was no answer
 * @param body the body of the answer
 * @param retryAfter what the server asks to wait, or {@code null}
 * @param failure why there was no answer, or {@code null}
 */
record UploadAnswer(int status, String body, @Nullable Duration retryAfter, @Nullable Throwable failure) {

	private static final int TOO_MANY_REQUESTS = 429;

	static UploadAnswer failed(Throwable failure) {
		return new UploadAnswer(0, "", null, failure);
	}

	static UploadAnswer of(ResponseInfo response, byte[] body) {
		Duration retryAfter = response.headers()
			.firstValue("Retry-After")
			.map((value) -> RetryAfter.parse(value, Clock.systemUTC()))
			.orElse(null);
		return new UploadAnswer(response.statusCode(), new String(body, StandardCharsets.UTF_8), retryAfter, null);
	}

	boolean isAccepted() {
		return this.status >= 200 && this.status < 300;
	}

	// Whether the same request may succeed later. Of the client's errors that is the one
	// whose answer says when.
	boolean mayPass() {
		return this.status == 0 || this.status >= 500 || (this.status == TOO_MANY_REQUESTS && this.retryAfter != null);
	}

	String describe() {
		if (this.status != 0) {
			return "status " + this.status;
		}
		Throwable cause = this.failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause != null) ? cause.getClass().getSimpleName() : "no answer";
	}

}
