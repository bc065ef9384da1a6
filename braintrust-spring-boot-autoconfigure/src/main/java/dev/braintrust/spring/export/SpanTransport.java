package dev.braintrust.spring.export;

import java.util.concurrent.CompletableFuture;

/**
 * Carries an encoded request to its target.
 */
interface SpanTransport extends AutoCloseable {

	// Send a request without waiting for the answer.
	CompletableFuture<Reply> send(ExportTarget target, byte[] message, int attempt);

	// Release threads and connections. Requests under way may be cut off.
	@Override
	void close();

}
