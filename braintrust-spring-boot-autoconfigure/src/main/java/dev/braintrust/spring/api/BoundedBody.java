package dev.braintrust.spring.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an answer, and fails if it is too long: a server may answer anything,
 * at any speed.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

	// Longer than any answer of Braintrust except pages of rows.
	static final int USUAL_BYTES = 1 << 20;

	private final CompletableFuture<byte[]> body = new CompletableFuture<>();

	private final ByteArrayOutputStream read = new ByteArrayOutputStream(64);

	private final int maxBytes;

	private Flow.@Nullable Subscription subscription;

	BoundedBody(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	@Override
	public CompletionStage<byte[]> getBody() {
		return this.body;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> items) {
		for (ByteBuffer item : items) {
			byte[] bytes = new byte[Math.min(item.remaining(), this.maxBytes + 1 - this.read.size())];
			item.get(bytes);
			this.read.writeBytes(bytes);
		}
		if (this.read.size() > this.maxBytes && this.subscription != null) {
			this.subscription.cancel();
			this.body
				.completeExceptionally(new IOException("The answer is longer than " + (this.maxBytes >> 20) + " MB"));
		}
	}

	@Override
	public void onError(Throwable throwable) {
		this.body.completeExceptionally(throwable);
	}

	@Override
	public void onComplete() {
		this.body.complete(this.read.toByteArray());
	}

}
