package dev.braintrust.spring.trace.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.LaterSpan.LateContent;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * One row of an experiment: where its spans go, and which of them have ended. Safe for
 * use by several threads. Its monitor is released whatever is thrown, also at the end of
 * the stack, where a lock may stay held.
 */
public final class RoutedRow {

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

	// What the spans of its route have in common, of those that have this in common.
	public SpanTemplate of(SpanTemplate template) {
		return this.route.template(template);
	}

	// A span has started inside the row.
	public synchronized void started() {
		this.open++;
	}

	// A span has ended inside the row.
	public synchronized void ended(SpanData span, @Nullable SpanType type, SpanFields fields,
			Supplier<SpanData> written) {
		this.open--;
		if (!this.released) {
			this.ended.add(new Ended(span, type, fields, written));
		}
		notifyAll();
	}

	// Whether a span is open inside the row.
	synchronized boolean isOpen() {
		return this.open > 0;
	}

	// Wait until no more spans than these are open.
	public synchronized void awaitOpen(int most, long timeout, TimeUnit unit) throws InterruptedException {
		long end = System.nanoTime() + unit.toNanos(timeout);
		for (long left = unit.toNanos(timeout); this.open > most && left > 0; left = end - System.nanoTime()) {
			TimeUnit.NANOSECONDS.timedWait(this, left);
		}
	}

	// The spans that have ended so far, in the order of their end.
	public synchronized List<Ended> ended() {
		return List.copyOf(this.ended);
	}

	// The row has ended. Returns its spans, which nobody else looks at any more.
	public synchronized List<Ended> release() {
		List<Ended> all = this.ended;
		this.released = true;
		this.ended = List.of();
		return all;
	}

	/**
	 * A span that has ended.
	 *
	 * @param type its type, if it has one
	 * @param written writes it as it is sent, with its attachments in base64
	 */
	public record Ended(SpanData span, @Nullable SpanType type, SpanFields fields, Supplier<SpanData> written) {

		// How much memory it holds.
		public long size() {
			return ContentWriter.size(this.span, this.fields) + this.fields.inlineSize();
		}

		public Map<String, Number> metrics() {
			return LateContent.metrics(this.fields);
		}

		// The class of its last error. What it says may be content.
		public @Nullable String error() {
			return LateContent.error(this.fields);
		}

	}

}
