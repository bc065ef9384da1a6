package dev.braintrust.spring.test;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ended spans of one trace.
 *
 * @see RecordedSpans#traces(String)
 */
public final class RecordedTrace {

	private final List<RecordedSpan> spans;

	RecordedTrace(List<RecordedSpan> spans) {
		this.spans = spans.stream().sorted(Comparator.comparingLong(RecordedSpan::start)).toList();
	}

	/**
	 * All spans of the trace.
	 * @return the spans in the order in which they began, at least one
	 */
	public List<RecordedSpan> spans() {
		return this.spans;
	}

	/**
	 * The id of the trace.
	 * @return the id, 32 hexadecimal digits
	 */
	public String traceId() {
		return this.spans.get(0).traceId();
	}

	/**
	 * The root span of the trace. If it belongs to another process or was cleared, the
	 * first span that continues the trace.
	 * @return the root, empty until it has ended
	 */
	public Optional<RecordedSpan> root() {
		return this.spans.stream()
			.filter((span) -> span.parentSpanId() == null)
			.findFirst()
			.or(() -> this.spans.stream().filter(RecordedSpan::continuesTrace).findFirst());
	}

	/**
	 * The children of a span.
	 * @param parent the span
	 * @return its children, in the order in which they began
	 */
	public List<RecordedSpan> children(RecordedSpan parent) {
		return this.spans.stream().filter((span) -> parent.spanId().equals(span.parentSpanId())).toList();
	}

	// The spans whose parent has not ended or is not recorded.
	List<RecordedSpan> tops() {
		Set<String> ids = this.spans.stream().map(RecordedSpan::spanId).collect(Collectors.toSet());
		return this.spans.stream().filter((span) -> !ids.contains(String.valueOf(span.parentSpanId()))).toList();
	}

	/**
	 * Return the trace as a tree, with one line per span.
	 */
	@Override
	public String toString() {
		return SpanTree.of(this);
	}

}
