package dev.braintrust.spring.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import dev.braintrust.spring.api.BackgroundThreads;
import org.jspecify.annotations.Nullable;

/**
 * Stores the traces of all projects within a memory limit. A thread that ends a span adds
 * it to a lock-free inbox and never waits for readers. Above the limit, the traces that
 * have not changed for the longest time are dropped first, each as a whole.
 */
final class TraceStore implements AutoCloseable {

	private static final long PACE = Duration.ofMillis(200).toNanos();

	private final long maxBytes;

	private final AtomicReference<@Nullable StoredSpan> inbox = new AtomicReference<>();

	private final AtomicLong missed = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	// In the order of their last change, the oldest first.
	private final Map<String, StoredTrace> traces = new LinkedHashMap<>();

	private long bytes;

	private long version = 1;

	private long evicted;

	private long held;

	private final Thread thread;

	private volatile boolean closed;

	TraceStore(long maxBytes) {
		this.maxBytes = maxBytes;
		this.thread = BackgroundThreads.named("braintrust-console").newThread(this::keepWithinBounds);
	}

	void start() {
		this.thread.start();
	}

	private void keepWithinBounds() {
		while (!this.closed) {
			LockSupport.parkNanos(this, PACE);
			if (this.inbox.get() != null) {
				this.lock.lock();
				try {
					collect();
				}
				finally {
					this.lock.unlock();
				}
			}
		}
	}

	// Add an ended span, on the thread that ended it.
	void add(StoredSpan span, long bytes) {
		span.bytes = bytes;
		while (true) {
			StoredSpan before = this.inbox.get();
			span.next = before;
			span.total = ((before != null) ? before.total : 0) + bytes;
			if (span.total > this.maxBytes || this.closed) {
				this.missed.incrementAndGet();
				return;
			}
			if (this.inbox.compareAndSet(before, span)) {
				return;
			}
		}
	}

	// Record a change of a span, and its new size if the size is positive.
	void changed(StoredSpan span, long bytes) {
		this.lock.lock();
		try {
			collect();
			StoredTrace trace = span.trace;
			if (trace != null) {
				this.bytes += (bytes > 0) ? bytes - span.bytes : 0;
				span.bytes = (bytes > 0) ? bytes : span.bytes;
				touch(trace, span);
				makeRoom(trace);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void collect() {
		Deque<StoredSpan> arrived = new ArrayDeque<>();
		StoredSpan next = this.inbox.getAndSet(null);
		while (next != null) {
			arrived.push(next);
			StoredSpan before = next.next;
			next.next = null;
			next = before;
		}
		arrived.forEach(this::store);
	}

	private void store(StoredSpan span) {
		String id = span.data().getTraceId();
		StoredTrace trace = this.traces.computeIfAbsent(StoredTrace.key(span.project().key(), id),
				(key) -> new StoredTrace(span.project(), id));
		trace.spans.add(span);
		span.trace = trace;
		// The export may have written the row before the span arrives here.
		span.bytes = span.size();
		this.bytes += span.bytes;
		touch(trace, span);
		makeRoom(trace);
	}

	// Make a trace the newest, because one of its spans has changed.
	private void touch(StoredTrace trace, StoredSpan span) {
		trace.version = ++this.version;
		span.version = trace.version;
		this.traces.remove(trace.key());
		this.traces.put(trace.key(), trace);
	}

	long maxBytes() {
		return this.maxBytes;
	}

	// Reserve memory for other data, or release it if negative. Returns the version of
	// this change.
	long hold(long bytes) {
		this.lock.lock();
		try {
			collect();
			this.held += bytes;
			makeRoom(null);
			return ++this.version;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void makeRoom(@Nullable StoredTrace growing) {
		Iterator<StoredTrace> oldest = this.traces.values().iterator();
		while (this.bytes + this.held > this.maxBytes && oldest.hasNext()) {
			StoredTrace trace = oldest.next();
			if (trace != growing) {
				trace.spans.forEach(this::forget);
				trace.spans.clear();
			}
			// The growing trace alone exceeds the limit, so drop its first spans.
			while (this.bytes + this.held > this.maxBytes && !trace.spans.isEmpty()) {
				forget(trace.spans.remove(0));
			}
			if (trace.spans.isEmpty()) {
				oldest.remove();
				this.evicted++;
			}
		}
	}

	private void forget(StoredSpan span) {
		span.trace = null;
		this.bytes -= span.bytes;
	}

	// The changes since a version, the latest first.
	Changes since(long version) {
		this.lock.lock();
		try {
			collect();
			List<TraceView> changed = new ArrayList<>();
			long oldest = this.version;
			for (StoredTrace trace : this.traces.values()) {
				oldest = Math.min(oldest, trace.version);
				if (trace.version > version) {
					changed.add(trace.snapshot());
				}
			}
			Collections.reverse(changed);
			return new Changes(this.version, oldest, this.evicted, this.missed.get(), this.bytes + this.held,
					this.maxBytes, changed);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Nullable TraceView get(String project, String id) {
		this.lock.lock();
		try {
			collect();
			StoredTrace trace = this.traces.get(StoredTrace.key(project, id));
			return (trace != null) ? trace.snapshot() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		LockSupport.unpark(this.thread);
		this.inbox.set(null);
	}

	/**
	 * The changes that a reader has not seen.
	 *
	 * @param version the version to pass to the next call
	 * @param oldest the version of the oldest trace; traces with a lower version were
	 * dropped
	 * @param evicted the number of traces that were dropped
	 * @param missed the number of spans that were dropped because the inbox was full
	 * @param bytes the estimated heap in use
	 * @param maxBytes the maximum heap
	 * @param traces the traces that have changed, the latest first
	 */
	record Changes(long version, long oldest, long evicted, long missed, long bytes, long maxBytes,
			List<TraceView> traces) {
	}

}
