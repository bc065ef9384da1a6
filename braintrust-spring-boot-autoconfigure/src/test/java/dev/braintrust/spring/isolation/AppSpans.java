package dev.braintrust.spring.isolation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * The application's own spans, as its OpenTelemetry exports them.
 */
final class AppSpans implements SpanProcessor {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition quiet = this.lock.newCondition();

	private final Set<String> running = new HashSet<>();

	private final List<SpanData> ended = new ArrayList<>();

	@Override
	public void onStart(Context parentContext, ReadWriteSpan span) {
		this.lock.lock();
		try {
			this.running.add(span.getSpanContext().getSpanId());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isStartRequired() {
		return true;
	}

	@Override
	public void onEnd(ReadableSpan span) {
		this.lock.lock();
		try {
			this.running.remove(span.getSpanContext().getSpanId());
			this.ended.add(span.toSpanData());
			this.quiet.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isEndRequired() {
		return true;
	}

	/**
	 * Discard the spans of a failed cell.
	 */
	void forget() {
		this.lock.lock();
		try {
			this.running.clear();
			this.ended.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until all spans have ended, return them and discard them.
	 * @return the path of names of each span, in alphabetical order
	 */
	List<String> take() throws InterruptedException {
		long remaining = Duration.ofMinutes(1).toNanos();
		this.lock.lock();
		try {
			while (!this.running.isEmpty()) {
				if (remaining <= 0) {
					throw new AssertionError("Spans of the application do not end");
				}
				remaining = this.quiet.awaitNanos(remaining);
			}
			Map<String, SpanData> byId = this.ended.stream().collect(Collectors.toMap(SpanData::getSpanId, (s) -> s));
			List<String> paths = this.ended.stream().map((span) -> path(span, byId)).sorted().toList();
			this.ended.clear();
			return paths;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static String path(SpanData span, Map<String, SpanData> byId) {
		SpanData parent = byId.get(span.getParentSpanId());
		if (parent != null) {
			return path(parent, byId) + " > " + span.getName();
		}
		return (span.getParentSpanContext().isValid() ? "? > " : "") + span.getName();
	}

}
