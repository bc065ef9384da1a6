package dev.braintrust.spring.api;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Reads the body of an answer to its end, and keeps its beginning: a server may answer
 * anything.
 */
public final class BoundedBody implements BodySubscriber<byte[]> {

	private static final int MAX_BYTES = 16 << 10;

	private final CompletableFuture<byte[]> body = new CompletableFuture<>();

	private final ByteArrayOutputStream kept = new ByteArrayOutputStream(64);

	@Override
	public CompletionStage<byte[]> getBody() {
		return this.body;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> items) {
		for (ByteBuffer item : items) {
			byte[] bytes = new byte[Math.min(item.remaining(), MAX_BYTES - this.kept.size())];
			item.get(bytes);
			this.kept.writeBytes(bytes);
			item.position(item.limit());
		}
	}

	@Override
	public void onError(Throwable throwable) {
		this.body.completeExceptionally(throwable);
	}

	@Override
	public void onComplete() {
		this.body.complete(this.kept.toByteArray());
	}

}
