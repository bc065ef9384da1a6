package dev.braintrust.spring.sample.report;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * The report as a page.
 */
@RestController
class ReportPage {

	private static final String STYLE = """
			body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222 }
			h2 { margin: 2rem 0 0 } p { margin: 0; color: #666 } code { font-size: 13px; color: #666 }
			ul { list-style: none; margin: 0; padding-left: 1.4rem; border-left: 1px solid #ddd }
			li { padding: .1rem 0 } i { font-style: normal; border-radius: 3px; padding: 0 .3rem; background: #eef }
			small { color: #666; margin-left: .5rem } q { quotes: none; display: block; color: #444; font-size: 13px }
			""";

	private final Report report;

	ReportPage(Report report) {
		this.report = report;
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
	String page() {
		StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
			.append("<title>Support desk</title><style>\n")
			.append(STYLE)
			.append("</style></head><body>\n<h1>Support desk</h1>\n");
		for (Report.Section section : this.report.sections()) {
			html.append("<h2>").append(escape(section.title())).append("</h2>\n<p>");
			html.append(escape(section.note())).append("</p>\n");
			for (SpanTree root : section.roots()) {
				html.append("<code>trace ").append(escape(root.span().traceId())).append("</code>\n");
				append(html, List.of(root));
			}
		}
		return html.append("</body></html>\n").toString();
	}

	private static void append(StringBuilder html, List<SpanTree> trees) {
		if (trees.isEmpty()) {
			return;
		}
		html.append("<ul>\n");
		for (SpanTree tree : trees) {
			SpanLine line = SpanLine.of(tree.span());
			html.append("<li>").append(escape(line.name()));
			element(html, "i", line.type());
			element(html, "small", line.duration());
			element(html, "small", line.tokens());
			element(html, "q", line.content());
			append(html, tree.children());
			html.append("</li>\n");
		}
		html.append("</ul>\n");
	}

	private static void element(StringBuilder html, String tag, String text) {
		if (!text.isEmpty()) {
			html.append(" <").append(tag).append('>').append(escape(text)).append("</").append(tag).append('>');
		}
	}

	private static String escape(String text) {
		return HtmlUtils.htmlEscape(text, StandardCharsets.UTF_8.name());
	}

}
