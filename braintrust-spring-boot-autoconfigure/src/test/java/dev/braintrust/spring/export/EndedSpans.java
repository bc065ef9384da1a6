package dev.braintrust.spring.export;

import java.util.function.Consumer;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/**
 * Passes ended spans to a consumer.
 */
public final class EndedSpans implements SpanProcessor {

	private final Consumer<ReadableSpan> taker;

	public EndedSpans(Consumer<ReadableSpan> taker) {
		this.taker = taker;
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
		this.taker.accept(span);
	}

	@Override
	public boolean isEndRequired() {
		return true;
	}

}
