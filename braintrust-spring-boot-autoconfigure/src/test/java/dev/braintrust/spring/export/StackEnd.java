package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.api.Reply;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Ends spans on threads that have no stack left, many times, and prints whether the
 * export still works.
 */
public final class StackEnd {

	private static final Duration LONG = Duration.ofMinutes(1);

	private StackEnd() {
	}

	/**
	 * Run in a separate process.
	 * @param args none
	 * @throws Exception if it is interrupted
	 */
	public static void main(String[] args) throws Exception {
		System.out.println(play(20));
		System.exit(0);
	}

	static String play(int rounds) throws Exception {
		SpanData span = span();
		for (int round = 0; round < rounds; round++) {
			try (SpanPipeline pipeline = new SpanPipeline(new Answering(),
					new RequestTries.Pace(Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, LONG),
					QueueLimits.DEFAULT)) {
				SpanSink sink = pipeline.open(SpanSource.settings("support", "http://127.0.0.1:9"),
						new SpanSource.Reader());
				SpanSink other = pipeline.open(SpanSource.settings("research", "http://127.0.0.1:9"),
						new SpanSource.Reader());
				other.add(new SpanSource.Waiting(span));
				Thread thread = new Thread(null, () -> deep(sink, span), "recursing", 256 * 1024);
				thread.start();
				thread.join(LONG.toMillis());
				Thread ending = new Thread(() -> other.add(new SpanSource.Waiting(span)));
				ending.start();
				ending.join(LONG.toMillis());
				if (thread.isAlive() || ending.isAlive()) {
					return "stuck in round " + round;
				}
				if (!pipeline.flush(LONG)) {
					return "not flushed in round " + round + ": " + sink.status();
				}
				if (drifts(sink.status()) || drifts(other.status()) || other.status().sent() != 2) {
					return "drift in round " + round + ": " + sink.status() + ", " + other.status();
				}
			}
		}
		return "well";
	}

	private static SpanData span() {
		Span span = SdkTracerProvider.builder().build().get("test").spanBuilder("a").startSpan();
		span.end();
		return ((ReadableSpan) span).toSpanData();
	}

	private static boolean drifts(ExportStatus status) {
		return status.sent() != status.ended() || status.queued() != 0 || status.queuedBytes() != 0;
	}

	private static void deep(SpanSink sink, SpanData span) {
		try {
			recurse(sink, span);
		}
		catch (StackOverflowError ex) {
			// The application gets this error, as without the starter.
		}
	}

	private static void recurse(SpanSink sink, SpanData span) {
		try {
			recurse(sink, span);
		}
		catch (StackOverflowError ex) {
			// Hardly any stack is left here, and a little more in each frame on the
			// way back.
			sink.add(new SpanSource.Waiting(span));
			throw ex;
		}
	}

	/**
	 * Accepts each request immediately.
	 */
	private static final class Answering implements SpanTransport {

		@Override
		public CompletableFuture<Reply> send(ExportTarget target, byte[] body, int attempt) {
			return CompletableFuture.completedFuture(Reply.of(200));
		}

		@Override
		public void close() {
		}

	}

}
