package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Where the threads of the application leave the spans of one project for the worker. An
 * entry is added by one atomic step, which counts it too, so a thread that dies in the
 * midst of it, as by the end of its stack, has either added a span or has not. The newest
 * entry knows how many there have been, so nothing is counted twice.
 */
final class SpanInbox implements SpanSink {

	private static final AtomicReferenceFieldUpdater<SpanInbox, QueuedSpan.Entry> NEWEST = AtomicReferenceFieldUpdater
		.newUpdater(SpanInbox.class, QueuedSpan.Entry.class, "newest");

	// How long a thread that floods waits for the worker before it gives up content.
	private static final long FLOODED = TimeUnit.MILLISECONDS.toNanos(1);

	private volatile QueuedSpan.Entry newest = new QueuedSpan.Entry();

	private final ProjectSettings settings;

	private final SpanReader reader;

	private final SpanPipeline pipeline;

	private final @Nullable String parent;

	private final boolean paced;

	private volatile boolean closing;

	private volatile long wakeAtCount = 1;

	private volatile long wakeAtBytes = Long.MAX_VALUE;

	private volatile long takenBytes;

	// Of how many taken bytes a caller gave up to wait for the worker to take more.
	private volatile long gaveUpAt = -1;

	private volatile ExportStatus known = ExportStatus.UNUSED;

	// Belongs to the worker.
	private @Nullable SpanQueue queue;

	// Spans that do not go to the logs of the project have another parent.
	SpanInbox(ProjectSettings settings, SpanReader reader, SpanPipeline pipeline, @Nullable String parent,
			boolean paced) {
		this.settings = settings;
		this.reader = reader;
		this.pipeline = pipeline;
		this.parent = parent;
		this.paced = paced;
	}

	ExportTarget target() {
		return (this.parent != null) ? new ExportTarget(this.settings, this.parent) : new ExportTarget(this.settings);
	}

	boolean isPaced() {
		return this.paced;
	}

	// Whether it shares the room of experiments.
	boolean isRunning() {
		return this.paced && !this.closing;
	}

	boolean isOfExperiment() {
		return this.parent != null;
	}

	ProjectSettings settings() {
		return this.settings;
	}

	SpanReader reader() {
		return this.reader;
	}

	@Nullable SpanQueue queue() {
		return this.queue;
	}

	void queue(SpanQueue queue) {
		this.queue = queue;
	}

	@Override
	public void add(WaitingSpan span) {
		this.pipeline.worker().add(this, span);
	}

	@Override
	public boolean flush(Duration timeout) {
		return this.pipeline.flush(this, timeout);
	}

	@Override
	public boolean hasRoom() {
		return this.pipeline.hasRoom(status());
	}

	@Override
	public void close() {
		this.closing = true;
		this.pipeline.close(this);
	}

	// Add a span. Returns whether the worker must be told.
	boolean push(WaitingSpan span, long bytes, boolean stripped) {
		while (true) {
			QueuedSpan.Entry before = this.newest;
			QueuedSpan.Entry entry = before.closed ? new QueuedSpan.Entry(before, true)
					: new QueuedSpan.Entry(span, bytes, stripped, before);
			if (NEWEST.compareAndSet(this, before, entry)) {
				if (entry.closed) {
					new QueuedSpan(span, bytes).lost();
				}
				return entry.closed || entry.count >= this.wakeAtCount || entry.total >= this.wakeAtBytes;
			}
		}
	}

	boolean isClosed() {
		return this.newest.closed;
	}

	boolean isUnused() {
		return this.newest.count == 0;
	}

	// Take no more. What the worker has not taken is lost. Returns how many spans that
	// are.
	int end() {
		Deque<QueuedSpan.Entry> left = take(true);
		left.forEach(QueuedSpan::lost);
		return left.size();
	}

	// About how much waits for the worker.
	long bytes() {
		return Math.max(0, this.newest.total - this.takenBytes);
	}

	// Whether there is no room for a span, though its thread has waited for the worker.
	boolean isFlooded(ExportWorker worker, long bytes) {
		if (hasRoom(worker, bytes)) {
			return false;
		}
		long taken = this.takenBytes;
		// Otherwise the worker has not come since somebody waited for it.
		if (taken != this.gaveUpAt) {
			long end = System.nanoTime() + FLOODED;
			while (System.nanoTime() - end <= 0) {
				if (hasRoom(worker, bytes)) {
					return false;
				}
				worker.arrived(this);
				Thread.yield();
			}
			this.gaveUpAt = taken;
		}
		return true;
	}

	private boolean hasRoom(ExportWorker worker, long bytes) {
		long waiting = bytes();
		return waiting == 0 || waiting + bytes <= worker.inboxShare();
	}

	// Take what has been added, oldest first, and nothing later if it is the last time.
	Deque<QueuedSpan.Entry> take(boolean last) {
		Deque<QueuedSpan.Entry> taken = new ArrayDeque<>();
		QueuedSpan.Entry entry = this.newest;
		if (entry.closed || (!last && entry.next == null)) {
			return taken;
		}
		while (!NEWEST.compareAndSet(this, entry, new QueuedSpan.Entry(entry, last))) {
			entry = this.newest;
		}
		this.takenBytes = entry.total;
		for (QueuedSpan.Entry next = entry.next; next != null; next = entry.next) {
			entry.next = null;
			taken.addFirst(entry);
			entry = next;
		}
		return taken;
	}

	// Tell how it goes, and of how many more spans or bytes the worker wants to be told.
	// Returns whether there are as many already.
	boolean publish(ExportStatus status, long spans, long bytes) {
		this.known = status;
		this.wakeAtCount = status.ended() + Math.max(1, spans);
		this.wakeAtBytes = this.takenBytes + Math.max(1, bytes);
		QueuedSpan.Entry entry = this.newest;
		return !entry.closed && (entry.count >= this.wakeAtCount || entry.total >= this.wakeAtBytes);
	}

	@Override
	public ExportStatus status() {
		// In this order: whatever is known of was added before.
		ExportStatus known = this.known;
		QueuedSpan.Entry entry = this.newest;
		return entry.closed ? known.closed(entry.countAtClose, entry.count) : known.now(entry.count, bytes());
	}

}
