package dev.braintrust.spring.export;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param reply what the server answered, or {@code null} where it did not
 * @param failure why there was no answer, if known
 * @param mayPass whether the same request may succeed later
 */
record Answer(@Nullable Reply reply, @Nullable Throwable failure, boolean mayPass) {

	// The statuses by which a server, or a gateway before it, asks for less. OTLP knows
	// 429 and 503 alone.
	private static final Set<Integer> OVERLOADED = Set.of(425, 429, 503, 529);

	// The statuses of what fails on the way or at the server, which may pass, or be about
	// the size of the request. OTLP knows 502 and 504 alone; gateways that are overloaded
	// answer with the others, too.
	private static final Set<Integer> FAILED = Set.of(408, 500, 502, 504, 520, 521, 522, 523, 524);

	private static final int PROXY_LOGIN_REQUIRED = 407;

	private static final int TOO_LARGE = 413;

	// A server that asks for more is not taken at its word: nobody would look after that.
	private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

	static Answer of(@Nullable Reply reply, @Nullable Throwable failure) {
		return new Answer(reply, failure,
				reply == null || OVERLOADED.contains(reply.status()) || FAILED.contains(reply.status()));
	}

	// No request could be made of the spans.
	static Answer unsendable(Throwable failure) {
		return new Answer(null, failure, false);
	}

	@Nullable Integer status() {
		return (this.reply != null) ? this.reply.status() : null;
	}

	boolean isAccepted() {
		return this.reply != null && this.reply.status() >= 200 && this.reply.status() < 300;
	}

	// Whether a proxy on the way asks for a login, or for another one.
	boolean isRefusedByProxy() {
		return this.reply != null && this.reply.status() == PROXY_LOGIN_REQUIRED;
	}

	// Whether the server says that the request is too large.
	boolean isTooLarge() {
		return this.reply != null && this.reply.status() == TOO_LARGE;
	}

	// Whether a failure that comes again may be about the size of the request: it was cut
	// off, or not answered in time.
	boolean mayBeTooLarge() {
		return (this.reply != null) ? FAILED.contains(this.reply.status()) : isReached();
	}

	// Whether anything of the request may have reached a server.
	boolean isReached() {
		Throwable cause = cause();
		if (this.reply != null || cause instanceof TimeoutException) {
			return true;
		}
		return cause instanceof IOException && !(cause instanceof ConnectException)
				&& !(cause instanceof HttpConnectTimeoutException) && !(cause instanceof SSLHandshakeException)
				&& !isRefusedTunnel(cause);
	}

	// The client has no type for it.
	private static boolean isRefusedTunnel(Throwable cause) {
		return cause.getMessage() != null && cause.getMessage().startsWith("Tunnel failed");
	}

	// How many spans of an accepted request were not accepted.
	long rejected() {
		return (this.reply != null) ? Math.max(0, this.reply.rejected()) : 0;
	}

	// How long to wait before the next request at the least.
	Duration retryAfter() {
		if (this.reply == null || this.reply.retryAfter().isNegative()) {
			return Duration.ZERO;
		}
		return (this.reply.retryAfter().compareTo(LONGEST_WAIT) < 0) ? this.reply.retryAfter() : LONGEST_WAIT;
	}

	// What happened, without anything that the message of an exception may hold.
	String describe() {
		if (this.reply != null) {
			return "status " + this.reply.status();
		}
		Throwable cause = cause();
		return (cause != null) ? cause.getClass().getSimpleName() : "no answer";
	}

	private @Nullable Throwable cause() {
		Throwable cause = this.failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

}
