package dev.braintrust.spring.trace.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.braintrust.spring.content.LateContent;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanType;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * One row of an experiment: where its spans go, and which of them have ended. Safe for
 * use by several threads.
 */
public final class RoutedRow {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Route route;

	private List<Ended> ended = new ArrayList<>();

	private int open;

	private boolean released;

	public RoutedRow(Route route) {
		this.route = route;
	}

	public Route route() {
		return this.route;
	}

	// A span has started inside the row.
	public void started() {
		this.lock.lock();
		try {
			this.open++;
		}
		finally {
			this.lock.unlock();
		}
	}

	// A span has ended inside the row.
	public void ended(SpanData span, @Nullable SpanType type, SpanFields fields) {
		this.lock.lock();
		try {
			this.open--;
			if (!this.released) {
				this.ended.add(new Ended(span, type, fields));
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Wait until no more spans than these are open.
	public void awaitOpen(int most, long timeout, TimeUnit unit) throws InterruptedException {
		long left = unit.toNanos(timeout);
		this.lock.lockInterruptibly();
		try {
			while (this.open > most && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// The spans that have ended so far, in the order of their end.
	public List<Ended> ended() {
		this.lock.lock();
		try {
			return List.copyOf(this.ended);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Nobody looks at its spans any more.
	public void release() {
		this.lock.lock();
		try {
			this.released = true;
			this.ended = List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A span that has ended.
	 *
	 * @param span the span
	 * @param type its type, if it has one
	 * @param fields what was captured
	 */
	public record Ended(SpanData span, @Nullable SpanType type, SpanFields fields) {

		public Map<String, Number> metrics() {
			return LateContent.metrics(this.fields);
		}

		// The class of its last error. What it says may be content.
		public @Nullable String error() {
			return LateContent.error(this.fields);
		}

	}

}
