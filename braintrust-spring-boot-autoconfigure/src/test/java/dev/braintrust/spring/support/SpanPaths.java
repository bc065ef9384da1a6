package dev.braintrust.spring.support;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Spans as paths of names, from the root to the span, in alphabetical order. Two runs of
 * the same work have the same paths.
 */
public final class SpanPaths {

	private SpanPaths() {
	}

	public static List<String> of(List<ReceivedSpan> spans) {
		Map<String, ReceivedSpan> byId = byId(spans);
		return spans.stream().map((span) -> path(span, byId)).sorted().toList();
	}

	/**
	 * The path of a span among others.
	 */
	public static String of(ReceivedSpan span, List<ReceivedSpan> spans) {
		return path(span, byId(spans));
	}

	private static Map<String, ReceivedSpan> byId(List<ReceivedSpan> spans) {
		Map<String, ReceivedSpan> byId = new HashMap<>();
		spans.forEach((span) -> byId.put(span.spanId(), span));
		return byId;
	}

	private static String path(ReceivedSpan span, Map<String, ReceivedSpan> byId) {
		if (span.isRoot()) {
			return span.name();
		}
		ReceivedSpan parent = byId.get(span.parentSpanId());
		boolean known = parent != null && span.isChildOf(parent);
		return (known ? path(parent, byId) : "(unknown)") + " > " + span.name();
	}

}
