package dev.braintrust.spring.api;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.braintrust.spring.settings.ProjectSettings.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A request that is sent again as long as it may succeed later.
 *
 * @param connection how to connect
 * @param request makes the request, for each attempt anew
 * @param timeout when an attempt is given up
 * @param backoff how often it is repeated, and after what pauses
 * @param wanted whether a reply asks for another attempt
 * @param failed told of each attempt that is followed by another
 * @param last the reply of the last attempt
 */
record RepeatedRequest(Connection connection, Supplier<HttpRequest> request, Duration timeout, Backoff backoff,
		Predicate<Reply> wanted, Runnable failed, CompletableFuture<Reply> last) {

	@Nullable Void fail(Throwable failure) {
		this.last.complete(Reply.failed(failure));
		return null;
	}

}
