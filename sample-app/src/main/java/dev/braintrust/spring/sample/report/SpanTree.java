package dev.braintrust.spring.sample.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.sample.offline.CollectedSpan;

/**
 * A span with its children, in the order in which they started.
 *
 * @param span the span
 * @param children the trees below it
 */
public record SpanTree(CollectedSpan span, List<SpanTree> children) {

	/**
	 * Build trees from spans. A span whose parent is missing is a root.
	 * @param spans the spans in any order
	 * @return the roots
	 */
	public static List<SpanTree> of(Collection<CollectedSpan> spans) {
		List<CollectedSpan> ordered = spans.stream()
			.sorted(Comparator.comparingLong(CollectedSpan::startNanos))
			.toList();
		Set<String> ids = ordered.stream().map(SpanTree::id).collect(Collectors.toSet());
		Map<String, List<CollectedSpan>> byParent = ordered.stream()
			.collect(Collectors.groupingBy((span) -> ids.contains(parentId(span)) ? parentId(span) : ""));
		return trees(byParent, "");
	}

	/**
	 * This span and all its descendants, parents first.
	 */
	public Stream<CollectedSpan> spans() {
		return Stream.concat(Stream.of(this.span), this.children.stream().flatMap(SpanTree::spans));
	}

	private static List<SpanTree> trees(Map<String, List<CollectedSpan>> byParent, String parentId) {
		return byParent.getOrDefault(parentId, List.of())
			.stream()
			.map((span) -> new SpanTree(span, trees(byParent, id(span))))
			.toList();
	}

	private static String id(CollectedSpan span) {
		return span.traceId() + "-" + span.spanId();
	}

	private static String parentId(CollectedSpan span) {
		return span.traceId() + "-" + span.parentSpanId();
	}

}
