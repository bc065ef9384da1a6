package dev.braintrust.spring.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * What became of a request: the server's answer, or why there was none.
 *
 * @param status the status, 0 if there was no answer
 * @param contentType the content type of the body, empty if there is none
 * @param pause how long the server asks to wait before the next request, ten minutes at
 * the most, {@code null} if it does not ask
 * @param failure why there was no answer, or not all of it
 */
public record Reply(int status, String contentType, byte[] body, @Nullable Duration pause,
		@Nullable Throwable failure) {

	// The statuses by which a server, or a gateway before it, asks for less. OTLP knows
	// 429 and 503 alone.
	private static final Set<Integer> OVERLOADED = Set.of(425, 429, 503, 529);

	// The statuses of what fails on the way or at the server, which may pass, or be about
	// the size of the request. OTLP knows 502 and 504 alone; gateways that are overloaded
	// answer with the others, too.
	private static final Set<Integer> FAILED = Set.of(408, 500, 502, 504, 520, 521, 522, 523, 524);

	private static final int PROXY_LOGIN_REQUIRED = 407;

	private static final int TOO_LARGE = 413;

	private static final int TOO_MANY_REQUESTS = 429;

	private static final int MAX_DIGITS = 9;

	// Nobody would look after a server that asks for more.
	private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

	// It reads trees alone, so it knows no class of the application.
	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	public static Reply of(int status) {
		return new Reply(status, "", new byte[0], null, null);
	}

	// An answer or, with a failure, one that began and did not end.
	static Reply of(ResponseInfo response, byte[] body, @Nullable Throwable failure) {
		Duration wait = response.headers().firstValue("Retry-After").map(Reply::retryAfter).orElse(null);
		return new Reply(response.statusCode(), response.headers().firstValue("Content-Type").orElse(""), body, wait,
				failure);
	}

	// Read the header Retry-After, a number of seconds or a date (RFC 9110).
	private static Duration retryAfter(String value) {
		String text = value.strip();
		if (!text.isEmpty() && text.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return Duration.ofSeconds((text.length() > MAX_DIGITS) ? Integer.MAX_VALUE : Integer.parseInt(text));
		}
		try {
			return Duration.between(Instant.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
		}
		catch (DateTimeException | ArithmeticException ex) {
			return Duration.ZERO;
		}
	}

	// There was no answer.
	public static Reply failed(Throwable failure) {
		return new Reply(0, "", new byte[0], null, failure);
	}

	// No request could be made, whatever the reason.
	public static Reply unsendable(Throwable failure) {
		return failed(new IllegalArgumentException(failure));
	}

	public Reply {
		while ((failure instanceof CompletionException || failure instanceof ExecutionException)
				&& failure.getCause() != null) {
			failure = failure.getCause();
		}
		if (pause != null) {
			pause = pause.isNegative() ? Duration.ZERO : (pause.compareTo(LONGEST_WAIT) < 0) ? pause : LONGEST_WAIT;
		}
	}

	// How long to wait at the least before the next request.
	public Duration retryAfter() {
		return (this.pause != null) ? this.pause : Duration.ZERO;
	}

	public boolean isAnswered() {
		return this.status != 0;
	}

	// Whether the body of the answer did not come.
	public boolean isBrokenOff() {
		return isAnswered() && this.failure != null;
	}

	// Whether the request was accepted, and what the answer says did not come.
	boolean isUnread() {
		return isAccepted() && isBrokenOff();
	}

	public boolean isAccepted() {
		return this.status >= 200 && this.status < 300;
	}

	// Whether the server does not accept the key.
	public boolean isForbidden() {
		return this.status == 401 || this.status == 403;
	}

	// Whether a proxy on the way asks for a login, or for another one.
	public boolean isRefusedByProxy() {
		return this.status == PROXY_LOGIN_REQUIRED;
	}

	// Whether the server says that the request is too large.
	public boolean isTooLarge() {
		return this.status == TOO_LARGE;
	}

	// Whether the same request may succeed later.
	public boolean mayPass() {
		return isAnswered() ? OVERLOADED.contains(this.status) || FAILED.contains(this.status) : !isUnsendable();
	}

	// Whether to retry a request to the API or to the storage. Braintrust's specification
	// says: a 5xx, but a 4xx only if it is 429 with the time to wait.
	public boolean mayBeRepeated() {
		if (this.status == TOO_MANY_REQUESTS) {
			return this.pause != null;
		}
		return isAnswered() ? this.status >= 500 : !isUnsendable();
	}

	// Whether no request could be made: a header that is none, a library that does not
	// fit.
	private boolean isUnsendable() {
		return this.failure instanceof IllegalArgumentException || this.failure instanceof LinkageError;
	}

	// Whether a failure that comes again may be about the size of the request: it was cut
	// off, or not answered in time.
	public boolean mayBeTooLarge() {
		return isAnswered() ? FAILED.contains(this.status) : isReached();
	}

	// Whether anything of the request may have reached a server.
	public boolean isReached() {
		return isAnswered() || this.failure instanceof TimeoutException
				|| (this.failure instanceof IOException && !(this.failure instanceof ConnectException)
						&& !(this.failure instanceof HttpConnectTimeoutException)
						&& !(this.failure instanceof SSLHandshakeException) && !isRefusedTunnel(this.failure));
	}

	// The client has no type for it.
	private static boolean isRefusedTunnel(Throwable cause) {
		return cause.getMessage() != null && cause.getMessage().startsWith("Tunnel failed");
	}

	// The body, a missing node if it is not JSON.
	public JsonNode json() {
		try {
			return MAPPER.readTree(this.body);
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

	// What happened, without any text of an answer or of an exception.
	public String describe() {
		if (isAnswered()) {
			return "status " + this.status;
		}
		if (this.failure == null) {
			return "no answer";
		}
		Throwable cause = (this.failure instanceof IllegalArgumentException) ? this.failure.getCause() : null;
		return ((cause != null) ? cause : this.failure).getClass().getSimpleName();
	}

	@Override
	public String toString() {
		return describe();
	}

}
