package dev.braintrust.spring.console;

import java.util.Map;
import java.util.Objects;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.trace.EndedSpan;
import dev.braintrust.spring.upload.Delivery;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * An ended span in the console. It refers to the captured content until the export has
 * written the span for a request, then to that row. Open spans are wrapped in the same
 * way for display, but not stored.
 */
final class StoredSpan {

	// The estimated heap of a span and its facts, without its content.
	static final int BARE_BYTES = 1024;

	private final WatchedProject project;

	private volatile @Nullable EndedSpan ended;

	private volatile @Nullable SpanData row;

	private volatile Map<String, Attachment> uploaded = Map.of();

	private final boolean inExperiment;

	private volatile State state;

	private volatile @Nullable SpanFacts facts;

	// Owned by the store.
	long bytes;

	long total;

	// The store's version at its last change.
	volatile long version;

	@Nullable StoredSpan next;

	@Nullable StoredTrace trace;

	StoredSpan(WatchedProject project, EndedSpan ended, State state) {
		this.project = project;
		this.ended = ended;
		this.inExperiment = ended.isInExperiment();
		this.state = state;
	}

	WatchedProject project() {
		return this.project;
	}

	boolean isInExperiment() {
		return this.inExperiment;
	}

	State state() {
		return this.state;
	}

	void state(State state) {
		this.state = state;
	}

	// Set the row that was written for a request, and the attachments that the row
	// refers to.
	void row(SpanData row, Map<String, Attachment> uploaded) {
		this.uploaded = uploaded;
		this.row = row;
		this.facts = null;
		this.ended = null;
	}

	boolean isOpen() {
		return this.state == State.OPEN;
	}

	// An open span may change at any time and has no version.
	boolean isNewerThan(long version) {
		return isOpen() || this.version > version;
	}

	// Whether row() returns the row that was written for a request, not a preview.
	boolean isExact() {
		return this.row != null;
	}

	// The row that was written for a request, or a preview of it.
	SpanData row() {
		EndedSpan ended = this.ended;
		SpanData row = this.row;
		return (row != null || ended == null) ? data() : ended.content().preview(ended);
	}

	// The row that was written for a request, or the span without its captured content.
	SpanData data() {
		EndedSpan ended = this.ended;
		SpanData row = this.row;
		if (row == null && ended != null) {
			return ended.span();
		}
		// The row is set before the ended span is cleared.
		return Objects.requireNonNull(row);
	}

	Map<String, Attachment> uploaded() {
		return this.uploaded;
	}

	SpanFacts facts() {
		SpanFacts facts = this.facts;
		if (facts == null) {
			boolean exact = isExact();
			facts = new SpanFacts(row());
			if (!exact && !isOpen()) {
				facts.read();
			}
			if (exact == isExact()) {
				this.facts = facts;
			}
		}
		return facts;
	}

	// The estimated heap that the span takes.
	long size() {
		SpanData row = this.row;
		if (row == null) {
			EndedSpan ended = this.ended;
			return BARE_BYTES + ((ended != null) ? ended.contentSize() + ended.fields().inlineSize() : 0);
		}
		long size = BARE_BYTES + ContentSize.of(row);
		for (Attachment attachment : this.uploaded.values()) {
			size += Delivery.isInMemory(attachment) ? Math.max(0, attachment.size()) : 0;
		}
		return size;
	}

	/**
	 * The state of a span.
	 */
	enum State {

		// Not ended yet.
		OPEN,

		// Only in the console, because the project is not exported.
		KEPT,

		// Queued or in flight.
		WAITING,

		// Accepted by the server.
		SENT,

		// Rejected or dropped.
		LOST

	}

}
