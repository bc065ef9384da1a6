package dev.braintrust.spring.export;

import java.util.concurrent.CompletableFuture;

/**
 * Carries an encoded request to its target.
 */
interface SpanTransport extends AutoCloseable {

	/**
	 * Send a request without waiting for the answer.
	 * @param target where it goes
	 * @param message the encoded spans
	 * @param attempt how often it is sent with this one
	 * @return the answer, or the failure to get one
	 */
	CompletableFuture<Reply> send(ExportTarget target, byte[] message, int attempt);

	/**
	 * Release threads and connections. Requests under way may be cut off.
	 */
	@Override
	void close();

}
