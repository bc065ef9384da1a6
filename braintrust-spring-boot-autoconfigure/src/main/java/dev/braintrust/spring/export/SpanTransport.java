package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.HttpExchanges;
import dev.braintrust.spring.api.Reply;

/**
 * Sends an encoded request to its target.
 */
interface SpanTransport extends AutoCloseable {

	// Send a request without waiting for the reply.
	CompletableFuture<Reply> send(ExportTarget target, byte[] body, int attempt);

	// Release threads and connections. Requests in flight may be cut off.
	@Override
	void close();

	static SpanTransport over(HttpClients clients) {
		return new Http(new HttpExchanges("braintrust-http", clients));
	}

	// Sends requests over HTTP.
	record Http(HttpExchanges exchanges) implements SpanTransport {

		// If a connection is too slow for a large request, each retry gets more time.
		private static final int MAX_PATIENCE = 4;

		@Override
		public CompletableFuture<Reply> send(ExportTarget target, byte[] body, int attempt) {
			Duration timeout = target.timeout().multipliedBy(Math.min(attempt, MAX_PATIENCE));
			return this.exchanges.send(target.connection(), target.request(body), timeout);
		}

		@Override
		public void close() {
			this.exchanges.close();
		}

	}

}
