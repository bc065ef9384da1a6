package dev.braintrust.spring.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import dev.braintrust.spring.api.BackgroundThreads;
import org.jspecify.annotations.Nullable;

/**
 * The traces of all projects that are kept, within a number of bytes. A thread that ends
 * a span leaves it by one atomic step, and waits for nobody who looks at them. The traces
 * that have been quiet for the longest time leave first, and as a whole.
 */
final class TraceStore implements AutoCloseable {

	private static final long PACE = Duration.ofMillis(200).toNanos();

	private final long maxBytes;

	private final AtomicReference<@Nullable StoredSpan> inbox = new AtomicReference<>();

	private final AtomicLong missed = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, Map<String, StoredTrace>> traces = new HashMap<>();

	private @Nullable StoredTrace oldest;

	private @Nullable StoredTrace newest;

	private long bytes;

	private long version = 1;

	private long evicted;

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

	// Take a span that ended, on the thread that ended it.
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

	// Something about a span has changed, and its size, if one is given.
	void changed(StoredSpan span, long bytes) {
		this.lock.lock();
		try {
			collect();
			StoredTrace trace = span.trace;
			if (trace != null) {
				this.bytes += (bytes > 0) ? bytes - span.bytes : 0;
				span.bytes = (bytes > 0) ? bytes : span.bytes;
				touch(trace);
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
		StoredTrace trace = this.traces.computeIfAbsent(span.project().key(), (key) -> new HashMap<>())
			.computeIfAbsent(id, (key) -> new StoredTrace(span.project(), id));
		trace.spans.add(span);
		span.trace = trace;
		// What was sent of it may have come first.
		span.bytes = span.size();
		this.bytes += span.bytes;
		touch(trace);
		makeRoom(trace);
	}

	// Make a trace the newest.
	private void touch(StoredTrace trace) {
		trace.version = ++this.version;
		if (this.newest == trace) {
			return;
		}
		unlink(trace);
		trace.older = this.newest;
		if (this.newest != null) {
			this.newest.newer = trace;
		}
		this.newest = trace;
		if (this.oldest == null) {
			this.oldest = trace;
		}
	}

	private void unlink(StoredTrace trace) {
		StoredTrace older = trace.older;
		StoredTrace newer = trace.newer;
		if (older != null) {
			older.newer = newer;
		}
		if (newer != null) {
			newer.older = older;
		}
		this.oldest = (this.oldest == trace) ? newer : this.oldest;
		this.newest = (this.newest == trace) ? older : this.newest;
		trace.older = null;
		trace.newer = null;
	}

	private void makeRoom(StoredTrace growing) {
		StoredTrace oldest = this.oldest;
		while (this.bytes > this.maxBytes && oldest != null) {
			if (oldest != growing) {
				oldest.spans.forEach(this::forget);
				oldest.spans.clear();
			}
			else {
				// Alone it is too large: what it began with is dropped.
				forget(oldest.spans.remove(0));
			}
			if (oldest.spans.isEmpty()) {
				unlink(oldest);
				this.traces.getOrDefault(oldest.project.key(), Map.of()).remove(oldest.id);
				this.evicted++;
			}
			oldest = this.oldest;
		}
	}

	private void forget(StoredSpan span) {
		span.trace = null;
		this.bytes -= span.bytes;
	}

	// What has changed since a version, the latest first.
	Changes since(long version) {
		this.lock.lock();
		try {
			collect();
			List<StoredTrace.Snapshot> changed = new ArrayList<>();
			for (StoredTrace trace = this.newest; trace != null && trace.version > version; trace = trace.older) {
				changed.add(trace.snapshot());
			}
			long oldest = (this.oldest != null) ? this.oldest.version : this.version;
			return new Changes(this.version, oldest, this.evicted, this.missed.get(), this.bytes, this.maxBytes,
					changed);
		}
		finally {
			this.lock.unlock();
		}
	}

	StoredTrace.@Nullable Snapshot get(String project, String id) {
		this.lock.lock();
		try {
			collect();
			StoredTrace trace = this.traces.getOrDefault(project, Map.of()).get(id);
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
	 * What a reader has not seen yet.
	 *
	 * @param version what to ask for next time
	 * @param oldest the version of the trace that has been quiet for the longest time:
	 * those with a lower one were dropped
	 * @param evicted how many traces were dropped so far
	 * @param missed how many spans came too fast to be kept
	 * @param bytes how much of the heap is held
	 * @param maxBytes how much may be
	 * @param traces the traces that have changed, the latest first
	 */
	record Changes(long version, long oldest, long evicted, long missed, long bytes, long maxBytes,
			List<StoredTrace.Snapshot> traces) {
	}

}
