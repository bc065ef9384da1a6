package dev.braintrust.spring.export;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.braintrust.spring.api.Reply;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A transport whose answers the test gives, so that the test controls how long a request
 * is in flight.
 */
class StagedTransport implements SpanTransport {

	private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

	private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

	private final Queue<Request> unanswered = new ConcurrentLinkedQueue<>();

	private volatile boolean accepting;

	private volatile boolean closed;

	/**
	 * Throw from the next call.
	 */
	StagedTransport throwing(Throwable failure) {
		this.failures.add(failure);
		return this;
	}

	/**
	 * Accept all requests in flight and all further ones.
	 */
	void acceptAll() {
		this.accepting = true;
		this.unanswered.forEach((request) -> request.answer(200));
	}

	@Override
	public CompletableFuture<Reply> send(ExportTarget target, byte[] body, int attempt) {
		Throwable failure = this.failures.poll();
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		byte[] message = target.decompress(body);
		Request request = new Request(target.projectKey(), spans(message), message.length, new CompletableFuture<>());
		this.unanswered.add(request);
		this.requests.add(request);
		if (this.accepting) {
			request.answer(200);
		}
		return request.answer();
	}

	private static List<Span> spans(byte[] message) {
		try {
			return ExportTraceServiceRequest.parseFrom(message)
				.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.toList();
		}
		catch (InvalidProtocolBufferException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Wait for the next request, and until the pipeline waits for its answer, so that the
	 * effects of an answer are complete when the test has given it.
	 */
	Request next() {
		try {
			Request request = this.requests.poll(1, TimeUnit.MINUTES);
			if (request == null) {
				throw new AssertionError("Expected another request");
			}
			while (!request.answer().isDone() && request.answer().getNumberOfDependents() == 0) {
				Thread.onSpinWait();
			}
			return request;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	boolean isQuiet() {
		return this.requests.isEmpty();
	}

	boolean isClosed() {
		return this.closed;
	}

	@Override
	public void close() {
		this.closed = true;
	}

	/**
	 * A request in flight.
	 */
	record Request(String project, List<Span> received, int length, CompletableFuture<Reply> answer) {

		List<String> spans() {
			return this.received.stream().map(Span::getName).toList();
		}

		/**
		 * The names of the spans that have lost their content for a reason.
		 */
		List<String> without(LossReason reason) {
			return this.received.stream()
				.filter((span) -> span.getAttributesList()
					.stream()
					.anyMatch((attribute) -> attribute.getValue().getStringValue().equals(reason.note())))
				.map(Span::getName)
				.toList();
		}

		void answer(int status) {
			answer(Reply.of(status));
		}

		void answer(Reply reply) {
			this.answer.complete(reply);
		}

		void fail(Throwable failure) {
			this.answer.completeExceptionally(failure);
		}

	}

}
