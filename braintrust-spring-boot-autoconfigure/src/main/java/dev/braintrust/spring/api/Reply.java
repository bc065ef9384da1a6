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
 * The result of a request: the server's answer, or the reason why there is no answer.
 *
 * @param status the status, 0 without an answer
 * @param contentType the content type of the body, or empty
 * @param pause how long the server asks to wait before the next request, at most ten
 * minutes, or {@code null}
 * @param failure why there is no answer or only a part of it, or {@code null}
 */
public record Reply(int status, String contentType, byte[] body, @Nullable Duration pause,
		@Nullable Throwable failure) {

	// Statuses of a server, or of a gateway before it, that asks for fewer requests. OTLP
	// only lists 429 and 503.
	private static final Set<Integer> OVERLOADED = Set.of(425, 429, 503, 529);

	// Statuses of failures on the way or at the server, which may be temporary, or about
	// the size of the request. OTLP only lists 502 and 504. Overloaded gateways also
	// answer with the others.
	private static final Set<Integer> FAILED = Set.of(408, 500, 502, 504, 520, 521, 522, 523, 524);

	private static final int PROXY_LOGIN_REQUIRED = 407;

	private static final int TOO_LARGE = 413;

	private static final int TOO_MANY_REQUESTS = 429;

	private static final int MAX_DIGITS = 9;

	// A longer pause is not respected: the export would stop for too long, unnoticed.
	private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

	// It only reads trees, so it knows no class of the application.
	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	public static Reply of(int status) {
		return new Reply(status, "", new byte[0], null, null);
	}

	// An answer or, with a failure, an answer that broke off.
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

	// The request could not be created, for any reason.
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

	// Return the shortest wait before the next request.
	public Duration retryAfter() {
		return (this.pause != null) ? this.pause : Duration.ZERO;
	}

	public boolean isAnswered() {
		return this.status != 0;
	}

	// Whether the status of the answer arrived, but not its body.
	public boolean isBrokenOff() {
		return isAnswered() && this.failure != null;
	}

	// Whether the request was accepted, but the body of the answer did not arrive.
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

	// Whether a proxy on the way asks for a login, or for another login.
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
	// asks to retry a 5xx, but a 4xx only if it is a 429 with a time to wait.
	public boolean mayBeRepeated() {
		if (this.status == TOO_MANY_REQUESTS) {
			return this.pause != null;
		}
		return isAnswered() ? this.status >= 500 : !isUnsendable();
	}

	// Whether no request could be created, for example because of an invalid header or an
	// incompatible library.
	private boolean isUnsendable() {
		return this.failure instanceof IllegalArgumentException || this.failure instanceof LinkageError;
	}

	// Whether a repeated failure may be about the size of the request: the request was
	// cut off, or not answered in time.
	public boolean mayBeTooLarge() {
		return isAnswered() ? FAILED.contains(this.status) : isReached();
	}

	// Whether a part of the request may have reached a server.
	public boolean isReached() {
		return isAnswered() || this.failure instanceof TimeoutException
				|| (this.failure instanceof IOException && !(this.failure instanceof ConnectException)
						&& !(this.failure instanceof HttpConnectTimeoutException)
						&& !(this.failure instanceof SSLHandshakeException) && !isRefusedTunnel(this.failure));
	}

	// The client has no exception type for it.
	private static boolean isRefusedTunnel(Throwable cause) {
		return cause.getMessage() != null && cause.getMessage().startsWith("Tunnel failed");
	}

	// Return the body as JSON, or a missing node.
	public JsonNode json() {
		try {
			return MAPPER.readTree(this.body);
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

	// Describe the result without any text of an answer or exception.
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
