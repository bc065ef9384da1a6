package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.support.Browser;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the page in a browser. They are skipped without Chromium.
 */
@Tag("process")
class ConsolePageTests {

	private static final int TRACES = 5;

	private static final Path FILES = Path.of("src/main/resources/dev/braintrust/spring/console");

	@TempDir
	private static Path profile;

	@AutoClose
	private static Browser browser;

	@AutoClose
	private static ConsoleApplication application;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(profile);
		application = new ConsoleApplication(Kind.SERVLET);
		ShownTraces traces = new ShownTraces(application.tracer());
		traces.huge();
		traces.hostile();
		traces.rightToLeft();
		traces.failure();
		traces.conversation();
	}

	@BeforeEach
	void open() {
		browser.openAnew(application.url());
		browser.await("document.querySelectorAll('.trace-row').length >= " + TRACES);
	}

	private static void openTrace(String name) {
		browser.run(
				"[...document.querySelectorAll('.trace-row')].find((row) => row.innerText.includes(arguments[0])).click()",
				name);
		browser.awaitText("#trace h2", name);
		browser.await("document.querySelectorAll('.span-row').length > 0");
	}

	private static void openThread() {
		browser.run(
				"[...document.querySelectorAll('#trace button')].find((button) => button.innerText === 'Thread').click()");
		browser.await("document.querySelectorAll('.thread .message').length > 1");
	}

	private static void openSpan(int index) {
		browser.run("document.querySelectorAll('.span-row')[arguments[0]].click()", index);
		browser.await("document.querySelector('#span h2')?.innerText === document.querySelectorAll('.span-row')["
				+ index + "].querySelector('.name').innerText");
	}

	@Test
	void conversationIsATreeAndAWaterfallOnOneAxis() {
		openTrace("answer");
		assertThat(browser.run("return [...document.querySelectorAll('.span-row .name')].map((name) => name.innerText)")
			.valueStream()
			.map((name) -> name.asString())).containsExactly("answer", "supportChat", "Chat Completion", "lookUpOrder",
					"Chat Completion", "supportChat", "Chat Completion");
		// A child lies within its parent.
		assertThat(browser
			.isTrue("""
					(() => {
						const boxes = [...document.querySelectorAll('.span-row .bar')].map((bar) => bar.getBoundingClientRect());
						return boxes.every((box) => box.left >= boxes[0].left - 1 && box.right <= boxes[0].right + 4);
					})()"""))
			.isTrue();
	}

	@Test
	void spanShowsMessagesToolsTokensAndTheRow() {
		openTrace("answer");
		openSpan(4);
		assertThat(browser.text("#span")).contains("gpt-5-mini", "326 in, 52 out", "182 ms", "Aurora desk lamp",
				"Tools offered", "lookUpOrder", "temperature", "What leaves");
		assertThat(browser.text("#span .role-assistant strong")).isEqualTo("Aurora desk lamp");
		assertThat(browser.attributes("#span .markdown a")).containsEntry("href", "https://example.com/track/4712")
			.containsEntry("rel", "noopener noreferrer");
	}

	@Test
	void photoIsSeen() {
		openTrace("answer");
		openSpan(6);
		browser.await("document.querySelector('#span img')?.naturalWidth > 0");
	}

	@Test
	void stackOfAnErrorIsRead() {
		openTrace("refund");
		openSpan(0);
		assertThat(browser.text("#span .error")).contains("java.lang.IllegalArgumentException",
				"No refund for the order 12", "Caused by: java.lang.IllegalStateException",
				"at " + ShownTraces.class.getName());
		assertThat(browser.run("return document.querySelectorAll('.trace-row .failed').length").asInt()).isPositive();
	}

	@Test
	void threadIsTheConversationWithEachMessageOnce() {
		openTrace("answer");
		openThread();
		assertThat(browser
			.run("return [...document.querySelectorAll('.thread .message h4')].map((head) => head.firstChild.data)")
			.valueStream()
			.map((role) -> role.asString()))
			.containsExactly("system", "user", "assistant", "lookUpOrder", "assistant", "user", "assistant");
		browser.await("document.querySelector('.thread img')?.naturalWidth > 0");
	}

	@Test
	void whatAModelSaysIsNeverMarkup() throws IOException {
		openTrace("hostile");
		openSpan(1);
		assertThat(browser.text("#span")).contains("<img src=x onerror=", "<script>window.hacked=1</script>");
		openThread();
		assertThat(browser.isTrue("window.hacked")).isFalse();
		assertThat(browser
			.isTrue("document.querySelector('main img, main iframe, main object, main script, main [onerror]')"))
			.isFalse();
		assertThat(browser.run("return [...document.querySelectorAll('a')].map((link) => link.href)")
			.valueStream()
			.map((link) -> link.asString())).allMatch((link) -> link.startsWith("http"));
		assertThat(browser.log()).isEmpty();
	}

	// A link may come from anywhere, and the page's requests carry the
	// application's cookies.
	@Test
	void addressLeadsToNoOtherPathOfTheApplication() {
		for (String part : List.of("..%2F..%2F..%2Fcancel%3Forder=1/0af7651916cd43dd8448eb211c80319c",
				"support/..%2F..%2F..%2F..%2Fcancel%3Forder=1", "../..", "%")) {
			browser.open("about:blank");
			browser.open(application.url() + "#/" + part);
			browser.await("document.querySelector('#trace').innerText.includes('This trace is not here')");
			browser.await("document.querySelectorAll('.trace-row').length >= " + TRACES);
			assertThat(browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
				.valueStream()
				.map((name) -> name.asString())).as(part).allMatch((name) -> name.startsWith(application.url()));
		}
	}

	@Test
	void messagesOfAnUnexpectedShapeAreShown() {
		Map<String, Object> odd = Map.of("toString", 1, "valueOf", 1);
		List<Object> nothing = new ArrayList<>();
		nothing.add(null);
		List<Object> messages = List.of(Map.of("role", "user", "content", odd, "name", odd),
				Map.of("role", "assistant", "tool_calls", nothing),
				Map.of("role", "assistant", "tool_calls", List.of(Map.of("id", odd, "function", Map.of("name", odd)))),
				Map.of("role", "user", "content", List.of(Map.of("type", "braintrust_attachment", "filename", odd))),
				Map.of("role", "user", "content", "said at the end"));
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN)) {
			other.tracer()
				.llmSpan("odd")
				.input(messages)
				.metadata("tools", List.of(Map.of("name", odd, "description", odd)))
				.call((span) -> messages);
			browser.open(other.url());
			browser.await("document.querySelectorAll('.trace-row').length > 0");
			openTrace("odd");
			openSpan(0);
			browser.awaitText("#span", "said at the end");
			browser.awaitText("#span", "What leaves");
			openThread();
			browser.awaitText(".thread", "said at the end");
		}
	}

	@Test
	void textThatLooksLikeMarkupWithoutEndDoesNotStopThePage() {
		String table = "a | b\n" + " ".repeat(9_000) + "-".repeat(9_000) + "x";
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN)) {
			other.tracer().taskSpan("long lines").input(table).call((span) -> "said");
			browser.open(other.url());
			browser.await("document.querySelectorAll('.trace-row').length > 0");
			openTrace("long lines");
			openSpan(0);
			browser.awaitText("#span", "---x");
		}
	}

	// Even if a script of the page tried it by mistake.
	@Test
	void browserRefusesMarkupAndScriptsOfOthers() {
		assertThat(browser.isTrue("(() => { try { document.body.innerHTML = '<b>x</b>'; } catch { return true; } })()"))
			.isTrue();
		browser.run("const script = document.createElement('script'); script.append('window.hacked = 2'); "
				+ "try { document.head.append(script); } catch { }");
		browser.run(
				"try { document.body.setAttribute('onclick', 'window.hacked = 3'); } catch { } document.body.click();");
		assertThat(browser.isTrue("window.hacked")).isFalse();
	}

	@Test
	void longAnswerIsCutUntilItIsAskedFor() {
		openTrace("huge");
		openSpan(0);
		assertThat(browser.text("#span").length()).isLessThan(50_000);
		browser.run(
				"[...document.querySelectorAll('#span button')].find((button) => button.innerText.startsWith('Show all 2,000,000')).click()");
		assertThat(browser.isTrue("document.querySelector('#span pre.raw').textContent.length === 2000000")).isTrue();
	}

	@Test
	void textFromRightToLeftIsShownSo() {
		openTrace("عربي");
		openSpan(0);
		assertThat(browser.isTrue("getComputedStyle(document.querySelector('#span .markdown')).direction === 'rtl'"))
			.isTrue();
	}

	@Test
	void keyboardWalksThroughEverything() {
		browser.press("j");
		browser.awaitText("#trace h2", "answer");
		browser.press("j");
		browser.awaitText("#trace h2", "refund");
		browser.press("k", Browser.ENTER);
		browser.await("document.activeElement.id === 'spans'");
		browser.awaitText("#span h2", "answer");
		browser.press(Browser.DOWN, Browser.DOWN);
		browser.awaitText("#span h2", "Chat Completion");
		browser.press(Browser.LEFT);
		browser.awaitText("#span h2", "supportChat");
		browser.press(Browser.LEFT);
		browser.await("document.querySelectorAll('.span-row').length === 4");
		assertThat(browser.attributes(".span-row[aria-selected=true]")).containsEntry("aria-expanded", "false");
		browser.press(Browser.RIGHT);
		browser.await("document.querySelectorAll('.span-row').length === 7");
		browser.press(Browser.ESCAPE);
		browser.await("document.body.dataset.view === 'trace'");
		browser.press(Browser.ESCAPE);
		browser.await("document.body.dataset.view === 'list' && document.activeElement.id === 'traces'");
	}

	@Test
	void searchFiltersTheTraces() {
		browser.press("/");
		browser.press("r", "e", "f", "u", "n", "d");
		browser.await("document.querySelectorAll('.trace-row').length === 1");
		browser.press(Browser.ENTER);
		browser.awaitText("#trace h2", "refund");
		browser.press("/");
		browser.run(
				"const search = document.getElementById('search'); search.value = 'is:error'; search.dispatchEvent(new Event('input'))");
		browser.await("document.querySelectorAll('.trace-row').length === 1");
		browser.press(Browser.ESCAPE);
		browser.await("document.querySelectorAll('.trace-row').length >= " + TRACES);
	}

	@Test
	void addressLeadsToASpan() {
		openTrace("answer");
		openSpan(3);
		String address = browser.address();
		assertThat(address).matches(".*/braintrust/#/support/[0-9a-f]{32}/[0-9a-f]{16}");
		browser.open("about:blank");
		browser.open(address);
		browser.awaitText("#span h2", "lookUpOrder");
		browser.await("document.querySelector('.span-row[aria-selected=true] .name')?.innerText === 'lookUpOrder'");
	}

	@Test
	void backLeadsFromASpanToItsTraceAndToTheTraceBefore() {
		openTrace("refund");
		String first = browser.address();
		openTrace("answer");
		String second = browser.address();
		openSpan(3);
		openSpan(4);
		browser.await("document.title === 'Chat Completion · Braintrust console'");
		browser.back();
		browser.await("location.href === '" + second + "'");
		browser.await("document.querySelector('#span h2') === null");
		browser.await("document.title === 'answer · Braintrust console'");
		browser.back();
		browser.await("location.href === '" + first + "'");
		browser.awaitText("#trace h2", "refund");
		browser.back();
		browser.awaitText("#trace", "Select a trace.");
		browser.await("document.title === 'Braintrust console'");
	}

	@Test
	void pageFollowsASpanThatRunsAndEnds() {
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN)) {
			browser.open(other.url());
			browser.awaitText("#list", "Nothing recorded yet");
			ProjectSpan span = other.tracer().taskSpan("slow work").input("begin").startSpan();
			browser.awaitText(".trace-row", "slow work");
			browser.awaitText(".trace-row", "running");
			openTrace("slow work");
			openSpan(0);
			assertThat(browser.text("#span")).contains("running");
			span.output("the end").end();
			browser.awaitText("#span", "the end");
			browser.await("!document.querySelector('.trace-row').innerText.includes('running')");
		}
	}

	@Test
	void treeIsOneForAssistiveTechnology() {
		openTrace("answer");
		assertThat(browser.attributes("#spans")).containsEntry("role", "tree")
			.containsEntry("aria-label", "Spans")
			.containsEntry("tabindex", "0");
		openSpan(3);
		assertThat(browser.attributes(".span-row[aria-selected=true]")).containsEntry("role", "treeitem")
			.containsEntry("aria-level", "3")
			.containsEntry("aria-posinset", "2")
			.containsEntry("aria-setsize", "3");
		assertThat(browser.attributes("#spans")).containsEntry("aria-activedescendant", "spans-3");
		assertThat(browser.attributes(".span-row[aria-expanded]")).containsEntry("aria-expanded", "true");
		assertThat(
				browser.isTrue("document.querySelectorAll('main').length === 1 && document.querySelector('header h1')"))
			.isTrue();
		assertThat(browser.isTrue("document.documentElement.lang === 'en'")).isTrue();
		// All elements that can have the focus have a name.
		assertThat(browser
			.run("""
					return [...document.querySelectorAll('button, a, input, [tabindex="0"]')]
						.filter((node) => !(node.innerText.trim() || node.getAttribute('aria-label') || node.labels?.length))
						.map((node) => node.outerHTML)"""))
			.isEmpty();
		assertThat(browser.run("return [...document.querySelectorAll('img')].filter((image) => !image.alt).length")
			.asInt()).isZero();
	}

	@Test
	void focusIsSeen() {
		browser.run("document.getElementById('traces').focus()");
		browser.press("j");
		browser.await("getComputedStyle(document.activeElement).outlineStyle === 'solid'");
	}

	@ParameterizedTest
	@CsvSource({ "1280, false", "1280, true", "390, false", "390, true" })
	void axeFindsNothingInAnyView(int width, boolean dark) throws IOException {
		browser.look(width, 800, dark);
		browser.run(new ClassPathResource("axe.min.js").getContentAsString(StandardCharsets.UTF_8));
		List<String> found = new ArrayList<>(violations(browser, "the list"));
		openTrace("refund");
		found.addAll(violations(browser, "a tree"));
		openSpan(1);
		found.addAll(violations(browser, "a span that failed"));
		browser.run("document.querySelectorAll('#span details').forEach((fold) => { fold.open = true; })");
		found.addAll(violations(browser, "what leaves"));
		browser.press(Browser.ESCAPE, Browser.ESCAPE);
		openTrace("answer");
		openSpan(4);
		found.addAll(violations(browser, "messages of a span"));
		openSpan(6);
		found.addAll(violations(browser, "a photo"));
		browser.press(Browser.ESCAPE);
		openThread();
		found.addAll(violations(browser, "a thread"));
		browser.open(application.url() + "#/support/" + "0".repeat(32));
		browser.awaitText("#trace", "not here");
		found.addAll(violations(browser, "nothing"));
		assertThat(found).isEmpty();
	}

	static List<String> violations(Browser browser, String view) {
		return browser.run("""
				return axe.run().then((found) => found.violations.flatMap((rule) =>
					rule.nodes.map((node) => rule.id + ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary)))""")
			.valueStream()
			.map((violation) -> view + ": " + violation.asString())
			.toList();
	}

	@Test
	void narrowWindowShowsOneColumnAndAWayBack() {
		browser.look(390, 800, false);
		openTrace("answer");
		browser.await("!document.getElementById('list').checkVisibility()");
		openSpan(0);
		browser.await("!document.getElementById('trace').checkVisibility()");
		assertThat(browser.isTrue("document.documentElement.scrollWidth <= 390")).isTrue();
		browser.click("#span .back");
		browser.await("document.getElementById('trace').checkVisibility()");
		browser.click("#trace .back");
		browser.await("document.getElementById('list').checkVisibility()");
	}

	@Test
	void pageLoadsNothingFromElsewhereAndIsSmall() throws IOException {
		openTrace("answer");
		openSpan(6);
		assertThat(browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
			.valueStream()
			.map((name) -> name.asString())).allMatch((name) -> name.startsWith(application.url()));
		try (Stream<Path> files = Files.list(FILES)) {
			assertThat(files.mapToLong((file) -> file.toFile().length()).sum()).isLessThan(120_000);
		}
		assertThat(browser.log()).isEmpty();
	}

	// Compile the copied test and run it on the same spans, recorded as in a test.
	@Test
	void copiedTestPassesOnTheTrace(@TempDir Path folder) throws Exception {
		RecordedSpans spans = new RecordedSpans();
		ShownTraces recorded = new ShownTraces(spans.projects("support").tracer("support"));
		recorded.conversation();
		recorded.failure();
		for (String name : List.of("answer", "refund")) {
			openTrace(name);
			browser
				.run("window.copied = ''; navigator.clipboard.writeText = async (text) => { window.copied = text; }");
			browser.run(
					"[...document.querySelectorAll('#trace button')].find((button) => button.innerText === 'Copy test').click()");
			browser.await("window.copied");
			String test = browser.run("return window.copied").asString();
			assertThat(test).startsWith("assertThat(spans).project(\"support\").hasTrace(");
			Path source = folder.resolve("Copied.java");
			Files.writeString(source, "import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;\n"
					+ "import static dev.braintrust.spring.test.ExpectedSpan.*;\n"
					+ "public class Copied implements java.util.function.Consumer<dev.braintrust.spring.test.RecordedSpans> {\n"
					+ "public void accept(dev.braintrust.spring.test.RecordedSpans spans) {\n" + test + "}}\n");
			assertThat(ToolProvider.getSystemJavaCompiler()
				.run(null, null, System.err, "-proc:none", "-cp", System.getProperty("java.class.path"), "-d",
						folder.toString(), source.toString()))
				.as(test)
				.isZero();
			try (URLClassLoader loader = new URLClassLoader(new URL[] { folder.toUri().toURL() })) {
				Consumer<RecordedSpans> copied = (Consumer<RecordedSpans>) loader.loadClass("Copied")
					.getConstructor()
					.newInstance();
				copied.accept(spans);
			}
		}
	}

	@Test
	void copiedTextHasInputsOutputsAndErrors() {
		openTrace("refund");
		browser.run("window.copied = ''; navigator.clipboard.writeText = async (text) => { window.copied = text; }");
		browser.run(
				"[...document.querySelectorAll('#trace button')].find((button) => button.innerText === 'Copy text').click()");
		browser.await("window.copied");
		assertThat(browser.run("return window.copied").asString()).contains("- refund (task", "  - issueRefund (tool",
				"input: Refund order 12", "error: java.lang.IllegalStateException: The order 12 was refunded already");
	}

	@Test
	void whatIsDroppedLeavesThePage() {
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN, "braintrust.console.max-memory=200KB")) {
			ShownTraces traces = new ShownTraces(other.tracer());
			traces.rightToLeft();
			browser.open(other.url());
			browser.awaitText("#list", "عربي");
			traces.traces(400);
			browser.await(
					"document.querySelectorAll('.trace-row').length > 1 && !document.querySelector('#list').innerText.includes('عربي')");
			browser.awaitText("#list .note", "dropped");
		}
	}

	@Test
	void pageSaysThatTheApplicationIsGone() {
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN)) {
			browser.open(other.url());
			browser.awaitText("#status", "Live");
			browser.awaitText("#list", "Nothing recorded yet");
		}
		browser.awaitText("#status", "does not answer");
	}

}
