package dev.braintrust.spring.export;

import java.util.function.Consumer;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/**
 * Hands ended spans that are sampled to a queue. It has no shutdown of its own: the queue
 * outlives the tracer provider of a single project.
 */
final class QueueingSpanProcessor implements SpanProcessor {

	private final Consumer<ReadableSpan> queue;

	QueueingSpanProcessor(Consumer<ReadableSpan> queue) {
		this.queue = queue;
	}

	@Override
	public void onStart(Context parentContext, ReadWriteSpan span) {
	}

	@Override
	public boolean isStartRequired() {
		return false;
	}

	@Override
	public void onEnd(ReadableSpan span) {
		if (span.getSpanContext().isSampled()) {
			this.queue.accept(span);
		}
	}

	@Override
	public boolean isEndRequired() {
		return true;
	}

}
