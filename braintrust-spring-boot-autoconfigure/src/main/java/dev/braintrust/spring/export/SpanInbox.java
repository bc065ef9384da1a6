package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * The lock-free inbox of one project. Application threads add ended spans, the worker
 * takes them. One atomic step adds and counts an entry, so a thread that dies midway, for
 * example by a stack overflow, has either added its span or not. The newest entry knows
 * the total, so no span is counted twice.
 */
final class SpanInbox implements SpanSink {

	private static final AtomicReferenceFieldUpdater<SpanInbox, QueuedSpan.Entry> NEWEST = AtomicReferenceFieldUpdater
		.newUpdater(SpanInbox.class, QueuedSpan.Entry.class, "newest");

	// How long a thread that floods the inbox waits for the worker before it
	// drops content.
	private static final long FLOODED = TimeUnit.MILLISECONDS.toNanos(1);

	private volatile QueuedSpan.Entry newest = new QueuedSpan.Entry();

	private final ProjectSettings settings;

	private final SpanReader reader;

	private final SpanPipeline pipeline;

	private final ProjectInboxes project;

	private final @Nullable String parent;

	private final boolean paced;

	private volatile long wakeAtCount = 1;

	private volatile long wakeAtBytes = Long.MAX_VALUE;

	private volatile long takenBytes;

	// The value of takenBytes when a caller last waited for the worker in vain.
	private volatile long gaveUpAt = -1;

	private volatile ExportStatus known = ExportStatus.UNUSED;

	// Belongs to the worker.
	private @Nullable SpanQueue queue;

	// Spans that do not go to the logs of the project have another parent.
	SpanInbox(ProjectSettings settings, SpanReader reader, SpanPipeline pipeline, ProjectInboxes project,
			@Nullable String parent, boolean paced) {
		this.settings = settings;
		this.reader = reader;
		this.pipeline = pipeline;
		this.project = project;
		this.parent = parent;
		this.paced = paced;
	}

	ExportTarget target() {
		return (this.parent != null) ? new ExportTarget(this.settings, this.parent) : new ExportTarget(this.settings);
	}

	boolean isPaced() {
		return this.paced;
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
		return this.pipeline.flush(this, this.project, timeout);
	}

	@Override
	public boolean hasRoom() {
		return this.pipeline.hasRoom(status());
	}

	@Override
	public void close() {
		this.pipeline.close(this, this.project);
	}

	// Add a span. Return whether the worker must be woken.
	boolean push(WaitingSpan span, long bytes, boolean stripped) {
		while (true) {
			QueuedSpan.Entry before = this.newest;
			QueuedSpan.Entry entry = before.closed ? new QueuedSpan.Entry(before, true)
					: new QueuedSpan.Entry(span, bytes, stripped, before);
			if (NEWEST.compareAndSet(this, before, entry)) {
				if (entry.closed) {
					this.project.endedLate(this);
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

	// Accept no more spans. Spans that the worker has not taken are lost. Return
	// their number.
	int end() {
		Deque<QueuedSpan.Entry> left = take(true);
		left.forEach(QueuedSpan::lost);
		return left.size();
	}

	// Return the approximate size of the spans that wait for the worker.
	long bytes() {
		return Math.max(0, this.newest.total - this.takenBytes);
	}

	// Whether there is no room for a span, even after its thread has waited for
	// the worker.
	boolean isFlooded(ExportWorker worker, long bytes) {
		if (hasRoom(worker, bytes)) {
			return false;
		}
		long taken = this.takenBytes;
		// Otherwise the worker has taken nothing since another thread waited for it.
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
		return this.project.hasRoom(this, bytes, worker.inboxShare());
	}

	// Take all spans that were added, oldest first. The last call closes the inbox.
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

	// Publish the status, and after how many more spans or bytes the worker must be
	// woken. Return whether there are that many already.
	boolean publish(ExportStatus status, long spans, long bytes, long share) {
		this.known = status;
		this.wakeAtCount = status.ended() + Math.max(1, spans);
		this.wakeAtBytes = this.takenBytes + Math.max(1, Math.min(bytes, this.project.part(share)));
		QueuedSpan.Entry entry = this.newest;
		return !entry.closed && (entry.count >= this.wakeAtCount || entry.total >= this.wakeAtBytes);
	}

	@Override
	public ExportStatus status() {
		return status(true);
	}

	// Return the status with or without the spans that ended after the close.
	ExportStatus status(boolean withLate) {
		// In this order: the known status only includes spans that were added before.
		ExportStatus known = this.known;
		QueuedSpan.Entry entry = this.newest;
		return entry.closed ? known.closed(entry.countAtClose, withLate ? entry.count : entry.countAtClose)
				: known.now(entry.count, bytes());
	}

}
