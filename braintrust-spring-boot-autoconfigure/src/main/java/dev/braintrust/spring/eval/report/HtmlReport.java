package dev.braintrust.spring.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.settings.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Writes the result of an experiment as one HTML page that needs no network and no
 * script. The content security policy of the page only allows its own style.
 */
final class HtmlReport {

	private static final int BINS = 10;

	private final Reported reported;

	private final ExperimentResult<?, ?, ?> result;

	private final Html html;

	private HtmlReport(Reported reported, Writer writer) {
		this.reported = reported;
		this.result = reported.result();
		this.html = new Html(writer);
	}

	static void write(Reported reported, Writer writer) throws IOException {
		new HtmlReport(reported, writer).write();
	}

	private void write() throws IOException {
		String style = style();
		this.html.markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
		this.html.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
				+ hash(style) + "'; base-uri 'none'; form-action 'none'\">");
		this.html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
		this.html.markup("<meta name=\"color-scheme\" content=\"light dark\"><title>").text(this.result.name());
		this.html.markup("</title><style>" + style + "</style></head><body>");
		header();
		this.html.markup("<main>");
		scores();
		rows();
		this.html.markup("</main></body></html>\n");
	}

	private void header() throws IOException {
		this.html.markup("<header><h1>").text(this.result.name()).markup("</h1><ul class=\"facts\">");
		fact("project", this.result.project());
		fact("rows", String.valueOf(this.result.rows().size()));
		if (this.result.missing() > 0) {
			fact("rows that did not run to the end", String.valueOf(this.result.missing()));
		}
		fact("errors", String.valueOf(this.result.errors().size()));
		fact("time", TextTable.seconds(this.result.duration()));
		if (this.result.usage().tokens() > 0) {
			fact("tokens", String.format(Locale.ROOT, "%,d + %,d", this.result.usage().promptTokens(),
					this.result.usage().completionTokens()));
		}
		Comparison comparison = this.result.comparison();
		if (comparison != null) {
			fact("baseline", comparison.baseline());
		}
		if (this.result.strays() > 0) {
			fact("traces outside of rows", String.valueOf(this.result.strays()));
		}
		this.html.markup("</ul>");
		if (this.result.url() != null && this.result.url().toString().startsWith("http")) {
			this.html.markup("<p><a rel=\"noopener noreferrer\" href=\"")
				.text(this.result.url().toString())
				.markup("\">")
				.text(this.result.sent() ? "Open in Braintrust" : "Open in Braintrust (incomplete)")
				.markup("</a></p>");
		}
		this.html.markup("</header>");
	}

	private void fact(String name, String value) throws IOException {
		this.html.markup("<li><span>").text(name).markup("</span> <b>").text(value).markup("</b></li>");
	}

	private void scores() throws IOException {
		Comparison comparison = this.result.comparison();
		this.html.markup("<h2>Scores</h2><div class=\"scores\" tabindex=\"0\" role=\"region\" aria-label=\"Scores\">");
		this.html.markup("<table><thead><tr><th scope=\"col\">Score</th><th scope=\"col\">Mean</th>");
		if (comparison != null) {
			this.html.markup("<th scope=\"col\">Change</th><th scope=\"col\">Better</th>"
					+ "<th scope=\"col\">Worse</th><th scope=\"col\">Unmatched</th>");
		}
		this.html.markup("<th scope=\"col\">Rows</th><th scope=\"col\">Distribution</th></tr></thead><tbody>");
		for (ScoreSummary score : this.result.scores().values()) {
			score(score, (comparison != null) ? comparison.score(score.name()) : null, comparison != null);
		}
		this.html.markup("</tbody></table></div>");
	}

	private void score(ScoreSummary score, Comparison.@Nullable ScoreChange change, boolean compared)
			throws IOException {
		this.html.markup("<tr><th scope=\"row\">").text(score.name()).markup("</th><td>");
		if (score.count() > 0) {
			this.html.markup("<b>")
				.text("%.1f %%", 100 * score.mean())
				.markup("</b> <small>")
				.text("± %.1f", 100 * score.standardError())
				.markup("</small>");
		}
		else {
			this.html.text("none");
		}
		this.html.markup("</td>");
		if (change != null) {
			this.html.markup("<td>");
			HtmlRow.difference(this.html, change.difference());
			this.html.markup((change.matched() == 0) ? "no match" : (change.difference() == 0) ? "±0.0 %" : "");
			this.html.markup("</td><td>" + change.better() + "</td><td>" + change.worse() + "</td><td>"
					+ change.unmatched() + "</td>");
		}
		else if (compared) {
			this.html.markup("<td></td><td></td><td></td><td></td>");
		}
		this.html.markup("<td>" + score.count());
		this.html.markup((score.failed() > 0) ? " <small class=\"bad\">" + score.failed() + " failed</small>" : "");
		this.html.markup((score.skipped() > 0) ? " <small>" + score.skipped() + " skipped</small>" : "");
		this.html.markup("</td><td>");
		distribution(score.name());
		this.html.markup("</td></tr>");
	}

	private void distribution(String score) throws IOException {
		int[] bins = new int[BINS];
		for (RowResult<?, ?, ?> row : this.result.rows()) {
			@Nullable Double value = row.score(score);
			if (value != null) {
				bins[(int) Math.min(BINS - 1, value * BINS)]++;
			}
		}
		int most = 1;
		StringBuilder label = new StringBuilder("Rows by score, from 0 to 1:");
		for (int bin : bins) {
			most = Math.max(most, bin);
			label.append(' ').append(bin);
		}
		this.html.markup("<svg class=\"histogram\" role=\"img\" viewBox=\"0 0 100 24\" aria-label=\"" + label + "\">");
		for (int i = 0; i < BINS; i++) {
			int height = (bins[i] == 0) ? 1 : Math.max(2, bins[i] * 24 / most);
			this.html.markup("<rect x=\"" + i * BINS + "\" y=\"" + (24 - height) + "\" width=\"9\" height=\"" + height
					+ "\" class=\"" + ((bins[i] == 0) ? "empty" : "bar") + "\"/>");
		}
		this.html.markup("</svg>");
	}

	private void rows() throws IOException {
		this.html.markup("<h2 id=\"rows\">Rows</h2><fieldset class=\"filter\"><legend>Show</legend>");
		filter("all", "all", true);
		filter("failed", "failed", false);
		filter("imperfect", "below 100 %", false);
		if (this.result.comparison() != null) {
			filter("worse", "worse", false);
			filter("better", "better", false);
		}
		this.html.markup("</fieldset><div class=\"rows\">");
		boolean trials = this.result.rows().stream().anyMatch((each) -> each.trial() > 0);
		for (RowResult<?, ?, ?> row : this.result.rows()) {
			List<ReportedSpan> spans = this.reported.spans().apply(row);
			Map<String, Double> before = (this.result.comparison() != null) ? this.reported.before().apply(row)
					: Map.of();
			new HtmlRow(this.html, this.reported, row, spans, before).write(trials);
		}
		this.html.markup("</div>");
	}

	private void filter(String id, String label, boolean checked) throws IOException {
		this.html.markup("<label><input type=\"radio\" name=\"show\" id=\"show-" + id + "\""
				+ (checked ? " checked" : "") + "> " + label + "</label>");
	}

	private static String style() throws IOException {
		try (InputStream style = HtmlReport.class.getResourceAsStream("report.css")) {
			if (style == null) {
				throw new IOException("report.css is missing");
			}
			return new String(style.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static String hash(String style) {
		byte[] digest = Sha256.digest().digest(style.getBytes(StandardCharsets.UTF_8));
		return Base64.getEncoder().encodeToString(digest);
	}

}
