package dev.braintrust.spring.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.support.ReceivedSpan;

/**
 * Spans as the names of those above them and their own, in alphabetical order: what two
 * runs have in common.
 */
final class SpanPaths {

	private SpanPaths() {
	}

	static List<String> of(List<ReceivedSpan> spans) {
		Map<String, ReceivedSpan> byId = new HashMap<>();
		spans.forEach((span) -> byId.put(span.spanId(), span));
		return spans.stream().map((span) -> path(span, byId)).sorted().toList();
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
