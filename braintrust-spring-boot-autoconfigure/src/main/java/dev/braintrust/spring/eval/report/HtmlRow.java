package dev.braintrust.spring.eval.report;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.eval.RowResult;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row of the page, which expands to its content and its trace.
 */
final class HtmlRow {

	private static final int EXCERPT = 160;

	private final Html html;

	private final Reported reported;

	private final RowResult<?, ?, ?> row;

	private final List<ReportedSpan> spans;

	private final Map<String, Double> before;

	private final @Nullable ReportedSpan root;

	HtmlRow(Html html, Reported reported, RowResult<?, ?, ?> row, List<ReportedSpan> spans,
			Map<String, Double> before) {
		this.html = html;
		this.reported = reported;
		this.row = row;
		this.spans = spans;
		this.before = before;
		this.root = spans.stream().filter((span) -> span.isOfType("eval")).findFirst().orElse(null);
	}

	void write(boolean trials) throws IOException {
		this.html.markup("<details class=\"row " + classes() + "\"><summary><span class=\"number\">" + this.row.index()
				+ (trials ? "." + this.row.trial() : "") + "</span><span class=\"excerpt\" dir=\"auto\">");
		String input = (this.root != null) ? this.root.field("input") : null;
		this.html.text((input != null) ? Html.excerpt(input, EXCERPT) : "not recorded").markup("</span>");
		this.html.markup("<span class=\"chips\">");
		for (String score : scores()) {
			chip(score);
		}
		if (this.row.error() != null) {
			this.html.markup("<span class=\"chip bad\">error</span>");
		}
		this.html.markup("</span><span class=\"time\">")
			.text(TextTable.seconds(this.row.duration()))
			.markup("</span></summary><div class=\"body\" id=\"" + id(this.row.index(), this.row.trial()) + "\">");
		content();
		this.html.markup("</div></details>\n");
	}

	// Return the anchor of a row. It is inside the collapsed content, so a browser
	// expands the row when it follows the link.
	static String id(int index, int trial) {
		return "row-" + index + ((trial > 0) ? "-" + trial : "");
	}

	private String classes() {
		StringBuilder classes = new StringBuilder(this.row.hasErrors() ? " failed" : "");
		if (this.row.hasErrors() || scores().stream().anyMatch((score) -> isImperfect(this.row.score(score)))) {
			classes.append(" imperfect");
		}
		if (scores().stream().anyMatch((score) -> this.reported.difference(this.row, this.before, score) < 0)) {
			classes.append(" worse");
		}
		if (scores().stream().anyMatch((score) -> this.reported.difference(this.row, this.before, score) > 0)) {
			classes.append(" better");
		}
		return classes.toString();
	}

	private static boolean isImperfect(@Nullable Double score) {
		return score != null && score < 1;
	}

	private Set<String> scores() {
		Set<String> names = new LinkedHashSet<>(this.row.scores().keySet());
		names.addAll(this.row.scorerErrors().keySet());
		return names;
	}

	private void chip(String score) throws IOException {
		@Nullable Double value = this.row.score(score);
		String look = (value != null) ? look(value) : "none";
		String shown = (value != null) ? String.format(Locale.ROOT, "%.0f %%", 100 * value)
				: this.row.scorerErrors().containsKey(score) ? "failed" : "skipped";
		this.html.markup("<span class=\"chip " + look + "\">").text(score).markup(" <b>").text(shown).markup("</b>");
		difference(this.html, this.reported.difference(this.row, this.before, score));
		this.html.markup("</span>");
	}

	private static String look(double value) {
		return (value >= 1) ? "good" : (value >= 0.5) ? "fair" : "bad";
	}

	// Write the change of a score since the baseline, unless it is 0.
	static void difference(Html html, double difference) throws IOException {
		if (difference != 0) {
			html.markup((difference > 0) ? "<span class=\"up\">" : "<span class=\"down\">")
				.text("%+.1f %%", 100 * difference)
				.markup("</span>");
		}
	}

	private void content() throws IOException {
		if (this.row.error() != null) {
			String error = (this.root != null && this.root.error() != null) ? this.root.error()
					: this.row.error().getClass().getName();
			this.html.markup("<h3>Error</h3><pre class=\"bad\" dir=\"auto\">").text(error).markup("</pre>");
		}
		ReportedSpan root = this.root;
		if (root == null) {
			this.html
				.markup("<p>The content of this row is not recorded: its project is off, its outputs are not kept, "
						+ "or the report has as much content as it may.</p>");
			return;
		}
		this.html.markup("<div class=\"columns\"><div>").content("Input", root.field("input")).markup("</div><div>");
		this.html.content("Output", root.field("output")).content("Expected", root.field("expected"));
		this.html.markup("</div></div>");
		for (ReportedSpan span : this.spans) {
			if (span.isOfType("score") || span.isOfType("classifier")) {
				scorer(span);
			}
		}
		this.html.content("Metadata", root.field("metadata"));
		if (!root.tags().isEmpty()) {
			this.html.markup("<h3>Tags</h3><p class=\"tags\">").text(String.join(", ", root.tags())).markup("</p>");
		}
		new HtmlTrace(this.html, this.spans).write();
	}

	private void scorer(ReportedSpan span) throws IOException {
		String metadata = span.field("metadata");
		if (metadata != null) {
			this.html.content(span.name(), Html.only(metadata, "rationale"));
		}
		if (span.error() != null) {
			this.html.markup("<h3>")
				.text(span.name() + " failed")
				.markup("</h3><pre class=\"bad\" dir=\"auto\">")
				.text(span.error())
				.markup("</pre>");
		}
	}

}
