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
 * One row of an experiment: the route of its spans, and the spans that have ended.
 * Thread-safe. It locks its monitor, which is always released; a lock object may stay
 * held after a stack overflow.
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

	// Return the template of the route for spans with this template.
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

	// Wait until at most this many spans are open.
	public synchronized void awaitOpen(int most, long timeout, TimeUnit unit) throws InterruptedException {
		long end = System.nanoTime() + unit.toNanos(timeout);
		for (long left = unit.toNanos(timeout); this.open > most && left > 0; left = end - System.nanoTime()) {
			TimeUnit.NANOSECONDS.timedWait(this, left);
		}
	}

	// Return the spans that have ended, in the order of their end.
	public synchronized List<Ended> ended() {
		return List.copyOf(this.ended);
	}

	// End the row. Return its spans, and keep no spans that end later.
	public synchronized List<Ended> release() {
		List<Ended> all = this.ended;
		this.released = true;
		this.ended = List.of();
		return all;
	}

	/**
	 * A span that has ended.
	 *
	 * @param type its type, or {@code null}
	 * @param written returns the span as it is sent, with its attachments in base64
	 */
	public record Ended(SpanData span, @Nullable SpanType type, SpanFields fields, Supplier<SpanData> written) {

		// The memory that it holds, in bytes.
		public long size() {
			return ContentWriter.size(this.span, this.fields) + this.fields.inlineSize();
		}

		public Map<String, Number> metrics() {
			return LateContent.metrics(this.fields);
		}

		// The class of its last error. The message is left out, since it may be content.
		public @Nullable String error() {
			return LateContent.error(this.fields);
		}

	}

}
