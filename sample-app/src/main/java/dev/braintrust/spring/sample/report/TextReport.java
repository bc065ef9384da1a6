package dev.braintrust.spring.sample.report;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The report as text, with the trees drawn in box characters.
 */
@Component
public class TextReport {

	private final Report report;

	TextReport(Report report) {
		this.report = report;
	}

	/**
	 * Return the report of all spans collected so far.
	 */
	public String text() {
		StringBuilder text = new StringBuilder();
		this.report.sections().forEach((section) -> append(text, section));
		return text.toString();
	}

	private static void append(StringBuilder text, Report.Section section) {
		text.append('\n').append(section.title()).append(" \u00b7 ").append(section.note()).append('\n');
		List<Row> rows = new ArrayList<>();
		for (SpanTree root : section.roots()) {
			rows.add(new Row("trace " + root.span().traceId(), null));
			addRows(rows, List.of(root), "");
		}
		int width = rows.stream()
			.filter((row) -> row.line() != null)
			.mapToInt((row) -> row.label().length())
			.max()
			.orElse(0);
		for (Row row : rows) {
			text.append(row.format(width)).append('\n');
		}
	}

	private static void addRows(List<Row> rows, List<SpanTree> trees, String indent) {
		for (int i = 0; i < trees.size(); i++) {
			boolean last = i == trees.size() - 1;
			SpanLine line = SpanLine.of(trees.get(i).span());
			rows.add(new Row(indent + (last ? "\u2514\u2500 " : "\u251c\u2500 ") + line.name(), line));
			addRows(rows, trees.get(i).children(), indent + (last ? "   " : "\u2502  "));
		}
	}

	/**
	 * One line of a tree.
	 *
	 * @param label the branch and the name
	 * @param line the rest, or {@code null} if the line shows no span
	 */
	private record Row(String label, @Nullable SpanLine line) {

		String format(int width) {
			if (this.line == null) {
				return this.label;
			}
			return "%s  %-8s %8s  %-16s %s"
				.formatted(this.label + " ".repeat(width - this.label.length()), this.line.type(), this.line.duration(),
						this.line.tokens(), this.line.content())
				.stripTrailing();
		}

	}

}
