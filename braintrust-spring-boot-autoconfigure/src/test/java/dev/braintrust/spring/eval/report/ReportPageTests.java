package dev.braintrust.spring.eval.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.support.Browser;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
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
 * Tests of an experiment's page in a browser. They are skipped without Chromium.
 */
@Tag("process")
class ReportPageTests {

	@TempDir
	private static Path folder;

	private static Browser browser;

	private static Path page;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(folder.resolve("profile"));
		page = folder.resolve("report.html");
		new ShownExperiment().run(folder).writeHtml(page);
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void open() {
		browser.openAnew(page.toUri().toString());
		browser.await("document.querySelectorAll('.row').length === 5");
	}

	private static void openAll() {
		browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
	}

	@Test
	void scoresRowsAndComparisonAreShown() {
		assertThat(browser.text("header")).contains("refund answers", "project support", "rows 5", "errors 2",
				"tokens 1,630 + 260", "baseline main.json");
		assertThat(browser.text(".scores")).contains("exactMatch", "40.0 % ± 24.5", "±0.0 %", "-20.0 %", "1 failed",
				"no match");
		assertThat(browser.text(".row summary")).contains("Where is my order 4711?", "exactMatch 100 %+100.0 %",
				"judge 80 %");
		assertThat(browser.attributes(".histogram")).containsEntry("aria-label",
				"Rows by score, from 0 to 1: 3 0 0 0 0 0 0 0 0 2");
	}

	@Test
	void rowOpensByTheKeyboardToItsContentAndItsTrace() {
		browser.run("document.querySelector('.row summary').focus()");
		browser.press(Browser.ENTER);
		browser.await("document.querySelector('.row').open");
		assertThat(browser.text(".row .body")).contains("Input", "Output", "On its way", "Expected", "judge",
				"Says what was asked for: On its way", "Metadata", "language", "Tags", "tracking", "Trace");
		assertThat(
				browser.run("return [...document.querySelectorAll('.row[open] .trace .name')].map((e) => e.innerText)")
					.valueStream()
					.map((name) -> name.asString()))
			.containsExactly("eval", "task", "supportChat", "Chat Completion", "lookUpOrder", "exactMatch", "judge",
					"toneOfVoice");
		browser.run("document.querySelectorAll('.row[open] .trace summary')[3].focus()");
		browser.press(Browser.ENTER);
		browser.awaitText(".row[open] .trace [open]", "gpt-5-mini");
		assertThat(browser.text(".row[open] .trace [open]")).contains("\"prompt_tokens\" : 326");
	}

	@ParameterizedTest
	@CsvSource({ "all, 5", "failed, 2", "imperfect, 5", "worse, 1", "better, 1" })
	void rowsAreFiltered(String filter, int rows) {
		browser.click("#show-" + filter);
		browser
			.await("[...document.querySelectorAll('.row')].filter((row) => row.checkVisibility()).length === " + rows);
	}

	@Test
	void whatAModelSaysIsNeverMarkup() {
		openAll();
		assertThat(browser.text(".rows")).contains("</pre></details><script>window.hacked=1</script>",
				"<style>body{display:none}</style>\" onmouseover=", "No answer to fail");
		assertThat(browser.isTrue("window.hacked")).isFalse();
		assertThat(browser.isTrue("document.querySelector('script, img, iframe, object, [onerror], [onmouseover]')"))
			.isFalse();
		assertThat(browser.run("return document.querySelectorAll('style').length").asInt()).isOne();
		assertThat(browser.run("return document.body.innerText").asString()).doesNotContain("\u202E");
		assertThat(browser.isTrue("document.body.checkVisibility()")).isTrue();
		assertThat(browser.log()).isEmpty();
	}

	// Even if the page contained scripts or styles by mistake.
	@Test
	void policyOfThePageRefusesScriptsStylesAndTheNetwork() {
		browser.run("""
				const script = document.createElement('div');
				script.innerHTML = '<img src="https://example.com/x.png" onerror="window.hacked=1">'
					+ '<p id="red" style="color: rgb(255, 0, 0)">red</p>';
				document.body.append(script);
				const other = document.createElement('script');
				other.textContent = 'window.hacked=1';
				document.body.append(other);""");
		browser.await("document.getElementById('red')");
		assertThat(browser.isTrue("getComputedStyle(document.getElementById('red')).color !== 'rgb(255, 0, 0)'"))
			.isTrue();
		assertThat(browser.isTrue("window.hacked")).isFalse();
		List<String> log = new ArrayList<>();
		Awaitility.await().untilAsserted(() -> {
			log.addAll(browser.log());
			assertThat(log).anyMatch((entry) -> entry.contains("img-src"))
				.anyMatch((entry) -> entry.contains("script-src"));
		});
	}

	@ParameterizedTest
	@CsvSource({ "390, false", "390, true", "1280, false", "1280, true" })
	void axeFindsNothingAndNothingIsWiderThanTheWindow(int width, boolean dark) throws IOException {
		browser.look(width, 900, dark);
		browser.run(new ClassPathResource("axe.min.js").getContentAsString(StandardCharsets.UTF_8));
		assertThat(violations()).isEmpty();
		openAll();
		assertThat(violations()).isEmpty();
		assertThat(browser.run("return document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
	}

	private static List<String> violations() {
		return browser.run("""
				return axe.run().then((found) => found.violations.flatMap((rule) =>
					rule.nodes.map((node) => rule.id + ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary)))""")
			.valueStream()
			.map((violation) -> violation.asString())
			.toList();
	}

}
