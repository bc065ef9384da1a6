package dev.braintrust.spring.content;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.content.json.ContentSize;
import org.jspecify.annotations.Nullable;

/**
 * What becomes fields of a span when the span is written, by the thread that writes it:
 * for what is expensive to read, such as the bodies of an HTTP exchange.
 */
public interface LateContent extends ContentSize.Sized {

	// Make fields of what was captured. It is asked each time that the span is written.
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

	// The fields of a span with those that are made late. They are not kept, since they
	// take several times what they are made of.
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
