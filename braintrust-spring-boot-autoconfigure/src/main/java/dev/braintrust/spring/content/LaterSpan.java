package dev.braintrust.spring.content;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.content.json.ContentSize;
import org.jspecify.annotations.Nullable;

/**
 * A span that can be given content later than by its methods: before it is cut, and when
 * it is written. A span is cut if it is open when its application context closes: it ends
 * with what it has by then, and is sent.
 */
public interface LaterSpan {

	// The type of the span, if it has one.
	@Nullable SpanType type();

	// Let what a span has not been given yet, such as the part of an answer that has
	// arrived, be given to it before it is cut.
	void beforeCut(Runnable completion);

	// Count bytes that are held for the span until it ends. Returns whether there is room
	// for them.
	boolean hold(long bytes);

	// Let what was captured become fields when the span is written.
	void late(LateContent content);

	/**
	 * What becomes fields of a span when the span is written, by the thread that writes
	 * it: for what is expensive to read, such as the bodies of an HTTP exchange.
	 */
	interface LateContent extends ContentSize.Sized {

		// Turn what was captured into fields. Called whenever the span is written.
		void fill(SpanFields fields);

		// The metrics of a span, with those that are made late.
		static Map<String, Number> metrics(SpanFields fields) {
			Entries metrics = complete(fields).metrics();
			return (metrics != null) ? metrics.numbers() : Map.of();
		}

		// The class of the last error of a span.
		static @Nullable String error(SpanFields fields) {
			List<ErrorWriter.Failure> errors = fields.errors();
			return errors.isEmpty() ? null : errors.get(errors.size() - 1).error().getClass().getName();
		}

		// All fields of a span, also those that are made late. Those are not kept: they
		// need several times the memory of what was captured.
		static SpanFields complete(SpanFields fields) {
			LateContent late = fields.late();
			if (late == null) {
				return fields;
			}
			SpanFields complete = fields.copy();
			late.fill(complete);
			return complete;
		}

	}

}
