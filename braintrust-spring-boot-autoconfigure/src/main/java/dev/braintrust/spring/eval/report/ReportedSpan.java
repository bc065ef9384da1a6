package dev.braintrust.spring.eval.report;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A recorded span of a row, after the content filters of its project.
 *
 * @param type its type, or {@code null} if absent
 * @param error its error message, or {@code null} without an error
 * @param fields its fields as JSON: {@code input}, {@code output}, {@code expected},
 * {@code metadata}, {@code metrics}
 */
public record ReportedSpan(String id, String parentId, String name, @Nullable String type, long startNanos,
		long endNanos, @Nullable String error, List<String> tags, Map<String, String> fields) {

	boolean isOfType(String type) {
		return type.equals(this.type);
	}

	@Nullable String field(String name) {
		return this.fields.get(name);
	}

	double millis() {
		return (this.endNanos - this.startNanos) / 1e6;
	}

}
