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
 * A trace at one moment, which nobody changes.
 *
 * @param version the version of the store in which it last changed
 * @param spans its spans: as they have ended or, with those that have not, in the order
 * of their start
 */
record TraceView(WatchedProject project, String id, long version, List<StoredSpan> spans) {

	// The trace as it is shown: each span once, those that have not ended too.
	TraceView with(List<EndedSpan> open) {
		Map<String, StoredSpan> byId = new LinkedHashMap<>();
		// Each turn of a conversation sends its root again.
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

	// The spans whose parent is not here.
	List<StoredSpan> tops() {
		Set<String> ids = new HashSet<>();
		this.spans.forEach((span) -> ids.add(span.data().getSpanId()));
		return this.spans.stream().filter((span) -> !ids.contains(span.data().getParentSpanId())).toList();
	}

}
