package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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

	private static final AtomicReferenceFieldUpdater<SpanInbox, Entry> NEWEST = AtomicReferenceFieldUpdater
		.newUpdater(SpanInbox.class, Entry.class, "newest");

	private volatile Entry newest = new Entry();

	private final ProjectSettings settings;

	private final SpanReader reader;

	private final SpanPipeline pipeline;

	private final @Nullable String parent;

	private volatile long wakeAtCount = 1;

	private volatile long wakeAtBytes = Long.MAX_VALUE;

	private volatile long takenBytes;

	private volatile long gaveUpAt = -1;

	private volatile ExportStatus known = ExportStatus.unused(ExportStatus.State.IDLE);

	// Belongs to the worker.
	private @Nullable SpanQueue queue;

	// Spans that do not go to the logs of the project have another parent.
	SpanInbox(ProjectSettings settings, SpanReader reader, SpanPipeline pipeline, @Nullable String parent) {
		this.settings = settings;
		this.reader = reader;
		this.pipeline = pipeline;
		this.parent = parent;
	}

	ExportTarget target() {
		return (this.parent != null) ? new ExportTarget(this.settings, this.parent) : new ExportTarget(this.settings);
	}

	// Whether whoever adds spans waits for room, so that none gives way.
	boolean isPaced() {
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
		this.pipeline.close(this);
	}

	// Add a span. Returns whether the worker must be told.
	boolean push(WaitingSpan span, long bytes, boolean stripped) {
		while (true) {
			Entry before = this.newest;
			Entry entry = before.closed ? new Entry(before, true) : new Entry(span, bytes, stripped, before);
			if (NEWEST.compareAndSet(this, before, entry)) {
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

	// Close an inbox that was never used.
	void closeUnused() {
		take(true);
		this.known = ExportStatus.unused(ExportStatus.State.CLOSED);
	}

	// About how much waits for the worker.
	long bytes() {
		return Math.max(0, this.newest.total - this.takenBytes);
	}

	// How many bytes have been taken so far.
	long takenBytes() {
		return this.takenBytes;
	}

	// Of how many taken bytes a caller gave up to wait for the worker to take more.
	long gaveUpAt() {
		return this.gaveUpAt;
	}

	void gaveUpAt(long takenBytes) {
		this.gaveUpAt = takenBytes;
	}

	// Take what has been added, oldest first, and nothing later if it is the last time.
	Deque<Entry> take(boolean last) {
		Deque<Entry> taken = new ArrayDeque<>();
		Entry entry = this.newest;
		if (entry.closed || (!last && entry.next == null)) {
			return taken;
		}
		while (!NEWEST.compareAndSet(this, entry, new Entry(entry, last))) {
			entry = this.newest;
		}
		this.takenBytes = entry.total;
		for (Entry next = entry.next; next != null; next = entry.next) {
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
		Entry entry = this.newest;
		return !entry.closed && (entry.count >= this.wakeAtCount || entry.total >= this.wakeAtBytes);
	}

	@Override
	public ExportStatus status() {
		// In this order: whatever is known of was added before.
		ExportStatus known = this.known;
		return known.now(this.newest.count, bytes());
	}

	/**
	 * A span in the inbox or, without one, the end of what has been taken.
	 */
	static final class Entry extends QueuedSpan {

		static final WaitingSpan NONE = new NoSpan();

		private final long count;

		private final long total;

		private final boolean stripped;

		private final boolean closed;

		private @Nullable Entry next;

		Entry() {
			super(NONE, 0);
			this.count = 0;
			this.total = 0;
			this.stripped = false;
			this.closed = false;
		}

		// Everything up to an entry has been taken.
		private Entry(Entry taken, boolean closed) {
			super(NONE, 0);
			// A span that comes after the close is counted, and not kept.
			this.count = (taken.closed && closed) ? taken.count + 1 : taken.count;
			this.total = taken.total;
			this.stripped = false;
			this.closed = closed;
		}

		private Entry(WaitingSpan span, long bytes, boolean stripped, Entry next) {
			super(span, bytes);
			this.count = next.count + 1;
			this.total = next.total + bytes;
			this.stripped = stripped;
			this.closed = false;
			this.next = next;
		}

		// Whether its content was given up before it was added.
		boolean isStripped() {
			return this.stripped;
		}

	}

	/**
	 * Stands for no span.
	 */
	private static final class NoSpan implements WaitingSpan {

		@Override
		public long contentSize() {
			return 0;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return this;
		}

	}

}
