package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.upload.Hold;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one span, as they are captured. Safe for use by several threads; the last
 * value of a field wins.
 */
public final class SpanFields {

	private static final int MAX_BARE_SIZE = 128;

	private @Nullable Object input;

	private @Nullable Object output;

	private @Nullable Object returned;

	private @Nullable Entries metadata;

	private @Nullable Entries metrics;

	private @Nullable Entries scores;

	private @Nullable List<String> tags;

	private @Nullable List<CapturedError> errors;

	private @Nullable List<Hold> holds;

	private long inlineBytes;

	public synchronized void input(Object captured) {
		this.input = captured;
	}

	public synchronized void output(Object captured) {
		this.output = captured;
	}

	// Whether an output has been given. A returned value is none.
	public synchronized boolean hasOutput() {
		return this.output != null;
	}

	// The returned value of the work, which is the output if no other is given.
	public synchronized void returned(Object captured) {
		this.returned = captured;
	}

	public synchronized void metadata(String key, Object captured) {
		this.metadata = Entries.put(this.metadata, key, captured);
	}

	public synchronized void metric(String key, Number value) {
		this.metrics = Entries.put(this.metrics, key, value);
	}

	public synchronized void score(String key, Number value) {
		this.scores = Entries.put(this.scores, key, value);
	}

	public synchronized void tags(List<String> tags) {
		if (this.tags == null) {
			this.tags = new ArrayList<>(tags.size());
		}
		this.tags.addAll(tags);
	}

	public synchronized void error(CapturedError error) {
		if (this.errors == null) {
			this.errors = new ArrayList<>(1);
		}
		this.errors.add(error);
	}

	// Hold an attachment.
	synchronized void hold(Hold hold, long inlineBytes) {
		this.inlineBytes += inlineBytes;
		if (this.holds == null) {
			this.holds = new ArrayList<>(1);
		}
		this.holds.add(hold);
	}

	// How many bytes of attachments are to be written into the span.
	synchronized long inlineSize() {
		return this.inlineBytes;
	}

	// The attachments of the span are no longer held for it.
	public synchronized void release() {
		if (this.holds != null) {
			this.holds.forEach(Hold::release);
			this.holds = null;
		}
	}

	// Whether nothing has been captured but what the work returned, as any work may.
	public synchronized boolean isEmpty() {
		return this.input == null && this.output == null && this.metadata == null && this.metrics == null
				&& this.scores == null && this.tags == null;
	}

	// About how much of the heap the fields hold.
	public synchronized long size() {
		long[] size = { this.inlineBytes + ContentSize.ofValue(this.input) + ContentSize.ofValue(output())
				+ ContentSize.ofValue(this.tags)
				+ ContentSize.ofErrors((this.errors != null) ? this.errors.size() : 0) };
		if (this.metadata != null) {
			this.metadata.forEach((key, value) -> size[0] += ContentSize.ofValue(value));
		}
		return size[0];
	}

	// The same fields without what is large: short texts and numbers are left.
	public synchronized SpanFields withoutContent(String note) {
		SpanFields bare = new SpanFields();
		bare.input = (this.input != null) ? ContentNote.of(note) : null;
		bare.output = (output() != null) ? ContentNote.of(note) : null;
		bare.metrics = this.metrics;
		bare.scores = this.scores;
		if (this.metadata != null) {
			this.metadata.forEach((key, value) -> {
				if (ContentSize.ofValue(value) <= MAX_BARE_SIZE) {
					bare.metadata(key, value);
				}
			});
		}
		return bare;
	}

	synchronized @Nullable Object input() {
		return this.input;
	}

	synchronized @Nullable Object output() {
		return (this.output != null) ? this.output : this.returned;
	}

	synchronized @Nullable Entries metadata() {
		return this.metadata;
	}

	synchronized @Nullable Entries metrics() {
		return this.metrics;
	}

	synchronized @Nullable Entries scores() {
		return this.scores;
	}

	synchronized List<String> tags() {
		return (this.tags != null) ? List.copyOf(this.tags) : List.of();
	}

	synchronized List<CapturedError> errors() {
		return (this.errors != null) ? List.copyOf(this.errors) : List.of();
	}

}
