package dev.braintrust.spring.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.LaterSpan.LateContent;
import dev.braintrust.spring.content.json.ContentSize;
import io.opentelemetry.api.common.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * The captured fields of one span. Thread-safe; the last value of a field wins.
 */
public final class SpanFields {

	private static final int MAX_BARE_SIZE = 152;

	private static final Slot[] SLOTS = Slot.values();

	// Holds all captured values, so that size() can count them all.
	private final @Nullable Object[] values = new @Nullable Object[SLOTS.length];

	private List<Runnable> holds = List.of();

	private long inlineBytes;

	private @Nullable SpanAttachments attachments;

	public synchronized void input(Object captured) {
		set(Slot.INPUT, captured);
	}

	public synchronized void output(Object captured) {
		set(Slot.OUTPUT, captured);
	}

	public synchronized void expected(Object captured) {
		set(Slot.EXPECTED, captured);
	}

	public synchronized boolean hasOutput() {
		return get(Slot.OUTPUT) != null;
	}

	// Set the value that the work returned. It is the output if no other output is set.
	public synchronized void returned(Object captured) {
		set(Slot.RETURNED, captured);
	}

	public synchronized void late(LateContent content) {
		set(Slot.LATE, content);
	}

	synchronized @Nullable LateContent late() {
		return (LateContent) get(Slot.LATE);
	}

	public synchronized void metadata(String key, Object captured) {
		put(Slot.METADATA, key, captured);
	}

	public synchronized void metric(String key, Number value) {
		put(Slot.METRICS, key, value);
	}

	public synchronized void score(String key, Number value) {
		put(Slot.SCORES, key, value);
	}

	public synchronized void tags(List<String> tags) {
		tags.forEach((tag) -> add(Slot.TAGS, tag));
	}

	// The message of an error may come from application code, so its size is computed
	// outside the lock.
	public void error(Throwable error, long epochNanos, Attributes attributes) {
		long size = ContentSize.of(error) + ContentSize.of(attributes);
		ErrorWriter.Failure failure = new ErrorWriter.Failure(error, epochNanos, attributes, size);
		synchronized (this) {
			add(Slot.ERRORS, failure);
		}
	}

	private void set(Slot slot, @Nullable Object value) {
		this.values[slot.ordinal()] = value;
	}

	private @Nullable Object get(Slot slot) {
		return this.values[slot.ordinal()];
	}

	private void put(Slot slot, String key, Object value) {
		set(slot, Entries.put((Entries) get(slot), key, value));
	}

	private void add(Slot slot, Object value) {
		if (get(slot) == null) {
			set(slot, new ArrayList<>(1));
		}
		list(slot).add(value);
	}

	@SuppressWarnings("unchecked")
	private <T> List<T> list(Slot slot) {
		Object values = get(slot);
		return (values != null) ? (List<T>) values : List.of();
	}

	synchronized void hold(Runnable hold, long inlineBytes) {
		this.inlineBytes += inlineBytes;
		this.holds = this.holds.isEmpty() ? new ArrayList<>(1) : this.holds;
		this.holds.add(hold);
	}

	// The number of attachment bytes that will be written into the span. Until then they
	// count as held memory, once for all spans that share them.
	public synchronized long inlineSize() {
		return this.inlineBytes + ((this.attachments != null) ? this.attachments.inlineSize() : 0);
	}

	synchronized @Nullable SpanAttachments attachments() {
		return this.attachments;
	}

	synchronized SpanAttachments attachments(Supplier<SpanAttachments> creator) {
		if (this.attachments == null) {
			this.attachments = creator.get();
			hold(this.attachments::release, 0);
		}
		return this.attachments;
	}

	// Called each time the fields are written.
	void startAttachments() {
		SpanAttachments attachments = attachments();
		if (attachments != null) {
			attachments.start();
		}
	}

	// Whether the last write of the fields found a pending attachment.
	boolean isWaiting() {
		SpanAttachments attachments = attachments();
		return attachments != null && attachments.isWaiting();
	}

	// Release the attachments. The callbacks run outside the lock.
	public void release() {
		List<Runnable> holds;
		synchronized (this) {
			holds = this.holds;
			this.holds = List.of();
			this.attachments = null;
		}
		holds.forEach(Runnable::run);
	}

	// Whether no field was set. A returned value and errors do not count.
	public synchronized boolean isEmpty() {
		for (Slot slot : SLOTS) {
			if (slot != Slot.RETURNED && slot != Slot.ERRORS && get(slot) != null) {
				return false;
			}
		}
		return true;
	}

	public synchronized long size() {
		long size = 0;
		for (Object value : this.values) {
			size += ContentSize.of(value);
		}
		return size;
	}

	// Copy the values, without the state of their attachments.
	public synchronized SpanFields copy() {
		SpanFields copy = new SpanFields();
		for (Slot slot : SLOTS) {
			Object value = (get(slot) instanceof Entries entries) ? entries.without((key, entry) -> false) : get(slot);
			copy.set(slot, (value instanceof List<?> list) ? List.copyOf(list) : value);
		}
		copy.inlineBytes = this.inlineBytes;
		return copy;
	}

	public synchronized Map<String, Attachment> uploaded() {
		return (this.attachments != null) ? this.attachments.uploaded() : Map.of();
	}

	// Copy the fields without large values. Short texts and numbers remain.
	public synchronized SpanFields withoutContent(String note) {
		SpanFields bare = new SpanFields();
		ContentField.Note noted = new ContentField.Note(note);
		bare.set(Slot.INPUT, (input() != null) ? noted : null);
		bare.set(Slot.OUTPUT, (output() != null) ? noted : null);
		bare.set(Slot.EXPECTED, (expected() != null) ? noted : null);
		for (Slot slot : List.of(Slot.METADATA, Slot.METRICS, Slot.SCORES)) {
			if (get(slot) instanceof Entries entries) {
				bare.set(slot,
						entries.without((key, value) -> ContentSize.of(key) + ContentSize.of(value) > MAX_BARE_SIZE));
			}
		}
		return bare;
	}

	synchronized @Nullable Object input() {
		return get(Slot.INPUT);
	}

	synchronized @Nullable Object output() {
		Object output = get(Slot.OUTPUT);
		return (output != null) ? output : get(Slot.RETURNED);
	}

	synchronized @Nullable Object expected() {
		return get(Slot.EXPECTED);
	}

	synchronized @Nullable Entries metadata() {
		return (Entries) get(Slot.METADATA);
	}

	synchronized @Nullable Entries metrics() {
		return (Entries) get(Slot.METRICS);
	}

	synchronized @Nullable Entries scores() {
		return (Entries) get(Slot.SCORES);
	}

	synchronized List<String> tags() {
		return List.copyOf(this.<String>list(Slot.TAGS));
	}

	synchronized List<ErrorWriter.Failure> errors() {
		return List.copyOf(this.<ErrorWriter.Failure>list(Slot.ERRORS));
	}

	private enum Slot {

		INPUT, OUTPUT, RETURNED, EXPECTED, METADATA, METRICS, SCORES, TAGS, ERRORS, LATE

	}

}
