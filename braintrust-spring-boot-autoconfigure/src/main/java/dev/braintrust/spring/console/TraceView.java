package dev.braintrust.spring.console;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.trace.EndedSpan;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of a trace.
 *
 * @param version the store's version at its last change
 * @param spans its spans: the ended ones in the order of their end or, if open spans are
 * included, all in the order of their start
 */
record TraceView(WatchedProject project, String id, long version, List<StoredSpan> spans) {

	// A copy for display, with the open spans and each span only once.
	TraceView with(List<EndedSpan> open) {
		Map<String, StoredSpan> byId = new LinkedHashMap<>();
		// Each turn of a conversation exports its root span again.
		this.spans.forEach((span) -> byId.putIfAbsent(span.data().getSpanId(), span));
		open.forEach((span) -> byId.putIfAbsent(span.span().getSpanId(),
				new StoredSpan(this.project, span, StoredSpan.State.OPEN)));
		return new TraceView(this.project, this.id, this.version,
				byId.values()
					.stream()
					.sorted(Comparator.comparingLong((span) -> span.data().getStartEpochNanos()))
					.toList());
	}

	@Nullable StoredSpan span(String id) {
		return this.spans.stream().filter((span) -> span.data().getSpanId().equals(id)).findFirst().orElse(null);
	}

	// The spans whose parent is not in this trace.
	List<StoredSpan> tops() {
		Set<String> ids = new HashSet<>();
		this.spans.forEach((span) -> ids.add(span.data().getSpanId()));
		return this.spans.stream().filter((span) -> !ids.contains(span.data().getParentSpanId())).toList();
	}

}
