package dev.braintrust.spring.console;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.support.Browser;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of span content on the page, in a browser. They are skipped without Chromium.
 */
@Tag("process")
class ContentPageTests {

	private static final String OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String DOCUMENT = """
			%PDF-1.4
			1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
			2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
			3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
			4 0 obj<</Length 43>>stream
			BT /F1 24 Tf 20 100 Td (Invoice 4711) Tj ET
			endstream endobj
			5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
			trailer<</Root 1 0 R>>
			%%EOF
			""";

	@TempDir
	private static Path profile;

	@AutoClose
	private static Browser browser;

	@AutoClose
	private static ConsoleApplication application;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(profile);
		application = new ConsoleApplication(Kind.SERVLET, "braintrust.projects.sales.name=Sales");
		ProjectTracer tracer = application.tracer();
		new ShownTraces(tracer).many(5001);
		byte[] wave = new byte[400];
		System.arraycopy("RIFF____WAVE".getBytes(StandardCharsets.ISO_8859_1), 0, wave, 0, 12);
		byte[] document = DOCUMENT.getBytes(StandardCharsets.ISO_8859_1);
		tracer.taskSpan("media")
			.input(List.of(Attachments.of(wave, "audio/wav").named("call.wav"),
					Attachments.of(document, "application/pdf").named("invoice.pdf")))
			.call((span) -> Map.of("order", Map.of("item", Map.of("colour", Map.of("shade", "deep blue")))));
		tracer.taskSpan("linked")
			.addLink(SpanContext.create(OTHER_TRACE, "b7ad6b7169203331", TraceFlags.getSampled(),
					TraceState.getDefault()))
			.input("**bold**")
			.call((span) -> "done");
		for (String question : List.of("Where is it?", "And the other one?")) {
			tracer.inTrace("conversation-1", "turn")
				.call((turn) -> tracer.llmSpan("Chat Completion")
					.input(List.of(ShownTraces.message("user", question)))
					.call((span) -> List.of(ShownTraces.message("assistant", "Answer to " + question))));
		}
		application.tracer("sales").taskSpan("offer").input("lamps").call((span) -> "done");
	}

	@BeforeEach
	void open() {
		browser.openAnew(application.url());
		browser.await("document.querySelectorAll('.trace-row').length === 5");
		browser.run("window.copied = ''; navigator.clipboard.writeText = async (text) => { window.copied = text; }");
	}

	private static String policy(String element) {
		return browser
			.run("const request = new XMLHttpRequest(); request.open('GET', document.querySelector('#span figure ' + arguments[0]).src, false); request.send(); "
					+ "return request.getResponseHeader('X-Frame-Options') + ' ' + request.getResponseHeader('Content-Security-Policy')",
					element)
			.asString();
	}

	private static void openTrace(String name) {
		browser.run(
				"[...document.querySelectorAll('.trace-row')].find((row) => row.querySelector('strong').innerText === arguments[0]).click()",
				name);
		browser.await("document.querySelectorAll('.span-row').length > 0");
	}

	private static void openSpan(String name) {
		openTrace(name);
		browser.run("document.querySelector('.span-row').click()");
		browser.awaitText("#span", "What leaves");
	}

	private static void press(String label) {
		browser.run(
				"[...document.querySelectorAll('button')].findLast((button) => button.innerText === arguments[0]).click()",
				label);
	}

	@Test
	void projectsAreSwitched() {
		press("sales");
		browser.await("document.querySelectorAll('.trace-row').length === 1");
		browser.awaitText("#list", "offer");
		assertThat(browser.text("#projects button[aria-pressed=true]")).isEqualTo("sales");
		assertThat(browser.attributes("#projects button[aria-pressed=true]").get("title"))
			.contains("Without an API key");
		press("All");
		browser.await("document.querySelectorAll('.trace-row').length === 5");
	}

	@Test
	void soundsAndDocumentsAreInTheirPlace() {
		openSpan("media");
		browser.await("document.querySelectorAll('#span figure').length === 2");
		assertThat(browser.isTrue("document.querySelector('#span figure audio[controls]')")).isTrue();
		assertThat(
				browser.run("return [...document.querySelectorAll('#span figcaption')].map((each) => each.innerText)")
					.valueStream()
					.map((caption) -> caption.asString()))
			.containsExactly("attachment audio/wav 400 B", "attachment application/pdf " + DOCUMENT.length() + " B");
		assertThat(browser.isTrue("document.querySelector('#span figure iframe[title=attachment]')")).isTrue();
		// The PDF viewer does not start in a sandbox. All other media are sandboxed.
		assertThat(policy("iframe")).contains("SAMEORIGIN", "frame-ancestors 'self'").doesNotContain("sandbox");
		assertThat(policy("audio")).contains("DENY", "sandbox", "frame-ancestors 'none'");
	}

	@Test
	void jsonUnfoldsAndTheRowIsCopied() {
		openSpan("media");
		assertThat(browser.text("#span")).doesNotContain("deep blue");
		browser.run("document.querySelectorAll('#span details').forEach((fold) => { fold.open = true; })");
		browser.awaitText("#span", "deep blue");
		press("Copy");
		browser.await("window.copied");
		assertThat(browser.isTrue(
				"JSON.parse(JSON.parse(window.copied).attributes['braintrust.output_json']).order.item.colour.shade === 'deep blue'"))
			.isTrue();
	}

	@Test
	void textIsMarkdownOrRaw() {
		openSpan("linked");
		browser.await("document.querySelector('#span .markdown strong')?.innerText === 'bold'");
		press("Raw");
		browser.await("document.querySelector('#span pre.raw')?.innerText === '**bold**'");
	}

	@Test
	void traceOfTheApplicationIsNamedBeside() {
		openSpan("linked");
		browser.awaitText("#span", "In the telemetry of the application: trace " + OTHER_TRACE);
		assertThat(browser.run("return document.querySelectorAll('.span-row').length").asInt()).isOne();
	}

	@Test
	void turnsOfLaterJobsAreSeparatedInOneThread() {
		openTrace("conversation");
		press("Thread");
		browser.await("document.querySelectorAll('.thread .turn').length === 2");
		assertThat(browser.run("return [...document.querySelector('.thread').children].map((each) => each.className)")
			.valueStream()
			.map((name) -> name.asString())).containsExactly("turn", "message role-user", "message role-assistant",
					"turn", "message role-user", "message role-assistant");
	}

	@Test
	void copiedJsonHasEachSpan() {
		openTrace("conversation");
		press("Copy JSON");
		browser.await("window.copied");
		assertThat(browser.run("return document.querySelectorAll('.span-row').length").asInt()).isEqualTo(5);
		assertThat(browser.isTrue("JSON.parse(window.copied).length === document.querySelectorAll('.span-row').length"))
			.isTrue();
	}

	// The page only contains the visible rows.
	@Test
	void traceOfManySpansIsWalkedToItsEnd() {
		openTrace("many");
		browser.awaitText("#trace header", "5,001 spans");
		browser.run("document.getElementById('spans').focus()");
		browser.press("\uE010");
		browser.await("document.querySelector('.span-row[aria-selected=true]')?.dataset.index === '5000'");
		browser.awaitText("#span h2", "tool 8");
		assertThat(browser.run("return document.querySelectorAll('.span-row').length").asInt()).isLessThan(100);
	}

}
