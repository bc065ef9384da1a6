package dev.braintrust.spring.eval.report;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the trace of a row: a tree of spans, each with a bar on a common time axis. Each
 * span expands to its content.
 */
final class HtmlTrace {

	private static final int DEEPEST = 12;

	private static final int WIDTH = 1000;

	private final Html html;

	private final List<ReportedSpan> spans;

	HtmlTrace(Html html, List<ReportedSpan> spans) {
		this.html = html;
		this.spans = spans;
	}

	void write() throws IOException {
		this.html.markup("<h3>Trace</h3><ol class=\"trace\">");
		long start = this.spans.stream().mapToLong(ReportedSpan::startNanos).min().orElse(0);
		long end = this.spans.stream().mapToLong(ReportedSpan::endNanos).max().orElse(0);
		for (Placed each : placed()) {
			span(each, start, Math.max(1, end - start));
		}
		this.html.markup("</ol>");
	}

	// Return the spans in tree order. A span whose parent is missing is a root.
	private List<Placed> placed() {
		Set<String> ids = this.spans.stream().map(ReportedSpan::id).collect(Collectors.toSet());
		Map<String, List<ReportedSpan>> children = new HashMap<>();
		for (ReportedSpan span : this.spans) {
			children.computeIfAbsent(ids.contains(span.parentId()) ? span.parentId() : "", (id) -> new ArrayList<>())
				.add(span);
		}
		List<Placed> placed = new ArrayList<>();
		Deque<Placed> open = new ArrayDeque<>();
		push(open, children.getOrDefault("", List.of()), 0);
		while (!open.isEmpty()) {
			Placed next = open.pop();
			placed.add(next);
			push(open, children.getOrDefault(next.span().id(), List.of()), next.depth() + 1);
		}
		return placed;
	}

	private static void push(Deque<Placed> open, List<ReportedSpan> spans, int depth) {
		for (int i = spans.size() - 1; i >= 0; i--) {
			open.push(new Placed(spans.get(i), depth));
		}
	}

	private void span(Placed placed, long start, long length) throws IOException {
		ReportedSpan span = placed.span();
		this.html.markup("<li class=\"depth-" + Math.min(DEEPEST, placed.depth()) + "\"><details><summary>"
				+ "<span class=\"name" + ((span.error() != null) ? " bad" : "") + "\">");
		this.html.text(span.name()).markup("</span>");
		if (span.type() != null) {
			this.html.markup("<span class=\"type\">").text(span.type()).markup("</span>");
		}
		this.html.markup("<span class=\"time\">").text("%.1f ms", span.millis()).markup("</span>");
		long from = (span.startNanos() - start) * WIDTH / length;
		long width = Math.max(4, (span.endNanos() - span.startNanos()) * WIDTH / length);
		this.html.markup("<svg class=\"axis\" aria-hidden=\"true\" viewBox=\"0 0 " + WIDTH + " 8\" "
				+ "preserveAspectRatio=\"none\"><rect class=\"bar\" x=\"" + Math.min(from, WIDTH - 4)
				+ "\" y=\"1\" height=\"6\" width=\"" + Math.min(width, WIDTH) + "\"/></svg></summary>");
		if (span.error() != null) {
			this.html.markup("<pre class=\"bad\" dir=\"auto\">").text(span.error()).markup("</pre>");
		}
		for (String field : List.of("input", "output", "metadata", "metrics")) {
			String json = span.field(field);
			if (json != null) {
				this.html.markup("<h4>" + field + "</h4><pre dir=\"auto\">").text(Html.readable(json)).markup("</pre>");
			}
		}
		this.html.markup("</details></li>");
	}

	/**
	 * A span and its position in the tree.
	 *
	 * @param depth the number of ancestors
	 */
	private record Placed(ReportedSpan span, int depth) {

	}

}
