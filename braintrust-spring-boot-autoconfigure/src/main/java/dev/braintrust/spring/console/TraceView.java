package dev.braintrust.spring.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.trace.EndedSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * A trace as it is shown: the spans that have ended, and those that have not.
 *
 * @param project the project
 * @param id the id of the trace
 * @param version the version of the store in which it last changed
 * @param lines its spans in the order of their start
 */
record TraceView(WatchedProject project, String id, long version, List<Line> lines) {

	static TraceView of(StoredTrace.Snapshot trace, List<EndedSpan> open) {
		return of(trace.project(), trace.id(), trace.version(), trace.spans(), open);
	}

	static TraceView of(WatchedProject project, String id, long version, List<StoredSpan> ended, List<EndedSpan> open) {
		List<Line> lines = new ArrayList<>(ended.size() + open.size());
		Set<String> ids = new HashSet<>();
		for (StoredSpan span : ended) {
			// Each turn of a conversation sends its root again.
			if (ids.add(span.data().getSpanId())) {
				lines.add(new Line(project, span, null));
			}
		}
		for (EndedSpan span : open) {
			if (!ids.contains(span.span().getSpanId())) {
				lines.add(new Line(project, null, span));
			}
		}
		lines.sort(Comparator.comparingLong((line) -> line.data().getStartEpochNanos()));
		return new TraceView(project, id, version, List.copyOf(lines));
	}

	@Nullable Line line(String spanId) {
		return this.lines.stream().filter((line) -> line.data().getSpanId().equals(spanId)).findFirst().orElse(null);
	}

	// The spans whose parent is not here.
	List<Line> tops() {
		Set<String> ids = new HashSet<>();
		this.lines.forEach((line) -> ids.add(line.data().getSpanId()));
		return this.lines.stream().filter((line) -> !ids.contains(line.data().getParentSpanId())).toList();
	}

	/**
	 * One span of it, which has ended or is open.
	 *
	 * @param project the project
	 * @param stored the span, if it has ended
	 * @param open the span, if it has not
	 */
	record Line(WatchedProject project, @Nullable StoredSpan stored, @Nullable EndedSpan open) {

		// The span without its content, unless that is there anyway.
		SpanData data() {
			return (this.open != null) ? this.open.span() : span().data();
		}

		SpanData row() {
			return (this.open != null) ? this.open.content().preview(this.open) : span().row();
		}

		SpanFacts facts() {
			return (this.open != null) ? new SpanFacts(row()) : span().facts();
		}

		private StoredSpan span() {
			if (this.stored == null) {
				throw new IllegalStateException("A span is open or has ended");
			}
			return this.stored;
		}

		Map<String, Attachment> uploaded() {
			return (this.stored != null) ? this.stored.uploaded() : Map.of();
		}

		boolean isInExperiment() {
			return (this.open != null) ? this.open.isInExperiment() : span().isInExperiment();
		}

		// An open span has no version. What it has may be new at any time.
		boolean isNewerThan(long version) {
			return this.stored == null || this.stored.version > version;
		}

		boolean isOpen() {
			return this.open != null;
		}

		boolean isExact() {
			return this.stored != null && this.stored.isExact();
		}

		String state() {
			return (this.stored != null) ? this.stored.state().name() : "OPEN";
		}

	}

}
