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
 * A span that ended, as the console keeps it: a reference to what was captured, and what
 * was sent of it in its place as soon as there is that. One that is open is shown in the
 * same way, and not kept.
 */
final class StoredSpan {

	// What it holds in the heap without its content, with what is known of it.
	static final int BARE_BYTES = 1024;

	private final WatchedProject project;

	private volatile @Nullable EndedSpan ended;

	private volatile @Nullable SpanData row;

	private volatile Map<String, Attachment> uploaded = Map.of();

	private final boolean inExperiment;

	private volatile State state;

	private volatile @Nullable SpanFacts facts;

	// These belong to the store.
	long bytes;

	long total;

	// The version of the store in which it last changed.
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

	// What a request has of it, and the attachments that it refers to.
	void row(SpanData row, Map<String, Attachment> uploaded) {
		this.uploaded = uploaded;
		this.row = row;
		this.facts = null;
		this.ended = null;
	}

	boolean isOpen() {
		return this.state == State.OPEN;
	}

	// An open span has no version. What it has may be new at any time.
	boolean isNewerThan(long version) {
		return isOpen() || this.version > version;
	}

	// Whether this is what was sent or is about to be.
	boolean isExact() {
		return this.row != null;
	}

	// The span as it is sent or, as long as that is not known, as it would be.
	SpanData row() {
		EndedSpan ended = this.ended;
		SpanData row = this.row;
		return (row != null || ended == null) ? data() : ended.content().preview(ended);
	}

	// The span without what was captured of it, unless that has been written.
	SpanData data() {
		EndedSpan ended = this.ended;
		SpanData row = this.row;
		if (row == null && ended != null) {
			return ended.span();
		}
		// It is set before the other one is let go of.
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

	// How much of the heap it holds.
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
	 * What has become of a span.
	 */
	enum State {

		// It has not ended.
		OPEN,

		// It goes nowhere else.
		KEPT,

		// It waits to be sent.
		WAITING,

		// It was accepted.
		SENT,

		// It was refused, dropped or given up.
		LOST

	}

}
