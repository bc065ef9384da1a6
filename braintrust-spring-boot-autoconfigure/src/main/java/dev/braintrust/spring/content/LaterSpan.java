package dev.braintrust.spring.content;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.content.json.ContentSize;
import org.jspecify.annotations.Nullable;

/**
 * A span that can receive content late: before it is cut, and when it is written. A span
 * is cut if it is still open when its application context closes. It then ends with its
 * current content and is sent.
 */
public interface LaterSpan {

	// The type of the span, if any.
	@Nullable SpanType type();

	// Register a task that adds missing content, such as the received part of an answer,
	// before the span is cut.
	void beforeCut(Runnable completion);

	// Count bytes that are held for the span until it ends. Return whether there is room
	// for them.
	boolean hold(long bytes);

	// Register content that becomes fields when the span is written.
	void late(LateContent content);

	/**
	 * Content that becomes fields of a span when the span is written, on the thread that
	 * writes it. It is for content that is expensive to read, such as the bodies of an
	 * HTTP exchange.
	 */
	interface LateContent extends ContentSize.Sized {

		// Add the captured content as fields. Called each time the span is written.
		void fill(SpanFields fields);

		// Return the metrics of a span, including late ones.
		static Map<String, Number> metrics(SpanFields fields) {
			Entries metrics = complete(fields).metrics();
			return (metrics != null) ? metrics.numbers() : Map.of();
		}

		// Return the class of the last error of a span.
		static @Nullable String error(SpanFields fields) {
			List<ErrorWriter.Failure> errors = fields.errors();
			return errors.isEmpty() ? null : errors.get(errors.size() - 1).error().getClass().getName();
		}

		// Return all fields of a span, including late ones. The late fields are not kept,
		// since they need several times the memory of the captured content.
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
