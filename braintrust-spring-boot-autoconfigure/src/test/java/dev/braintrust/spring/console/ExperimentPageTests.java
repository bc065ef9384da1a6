package dev.braintrust.spring.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;

import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.Browser;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the experiment pages in a browser. They are skipped without Chromium.
 */
@Tag("process")
class ExperimentPageTests {

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
		ShownExperiments experiments = new ShownExperiments(application.context());
		experiments.run(ShownExperiments::good);
		experiments.run(ShownExperiments::bad);
		experiments.run(ShownExperiments::failing);
	}

	@BeforeEach
	void open() {
		browser.openAnew(application.url());
		browser.awaitText("#views", "Evaluations");
	}

	private static void openExperiment(int index) {
		browser.run("document.querySelectorAll('#views button')[1].click()");
		browser.await("document.querySelectorAll('#experiments .trace-row').length === 3");
		browser.run("document.querySelectorAll('#experiments .trace-row')[arguments[0]].click()", index);
		browser.await("document.querySelectorAll('#rows .trace-row').length === 3");
	}

	@Test
	void rowsOfExperimentsAreNoTracesOfTheLogs() {
		browser.awaitText("#list", "Nothing recorded yet");
	}

	@Test
	void experimentIsComparedWithTheOneBefore() {
		openExperiment(1);
		browser.awaitText("#trace .scores", "Change");
		assertThat(browser.text("#trace .scores tbody tr")).contains("exactMatch", "66.7 %", "100.0 %", "−33.3");
		assertThat(browser.text("#rows")).contains("The lamp is broken", "weather", "exactMatch 0.0 % −100.0");
		browser.run(
				"const select = document.querySelector('#trace select'); select.value = ''; select.dispatchEvent(new Event('change'))");
		browser.await("!document.querySelector('#trace .scores').innerText.includes('Change')");
	}

	@Test
	void rowOpensWhileAnotherBaselineIsRead() {
		openExperiment(1);
		browser.awaitText("#trace .scores", "Change");
		browser.run("""
				const select = document.querySelector('#trace select');
				select.value = '';
				select.dispatchEvent(new Event('change'));
				document.querySelector('#rows .trace-row').click();""");
		browser.await("document.querySelectorAll('.span-row').length === 4");
	}

	@Test
	void searchFindsRowsThatHaveBecomeWorse() {
		openExperiment(1);
		browser.awaitText("#trace .scores", "Change");
		browser.run(
				"const search = document.getElementById('search'); search.value = 'is:worse'; search.dispatchEvent(new Event('input'))");
		browser.await("document.querySelectorAll('#rows .trace-row').length === 1");
		browser.awaitText("#rows", "The lamp is broken");
	}

	@Test
	void rowOpensItsTraceAndLeadsBack() {
		openExperiment(1);
		browser.run("document.getElementById('rows').focus()");
		browser.press("j", "j", Browser.ENTER);
		browser.await("document.querySelectorAll('.span-row').length === 4");
		assertThat(browser.address()).matches(".*#/support/[0-9a-f]{32}\\?eval=2");
		browser.run("document.querySelectorAll('.span-row')[2].click()");
		browser.awaitText("#span h2", "exactMatch");
		browser.press(Browser.ESCAPE, Browser.ESCAPE);
		browser.await("document.querySelectorAll('#rows .trace-row').length === 3");
		browser.press(Browser.ESCAPE);
		browser.await("document.body.dataset.view === 'list'");
		String address = browser.address();
		assertThat(address).endsWith("#/~evals");
	}

	// Each row is also sent only once.
	@Test
	void pageFollowsAnExperimentThatRuns() {
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN)) {
			Experiments experiments = other.context().getBean(Experiments.class);
			ExperimentWatch.Run running = experiments.started("support", "many", 300);
			browser.open(other.url() + "#/~evals/1");
			browser.awaitText("#trace", "0 of 300 rows");
			for (int i = 0; i < 300; i++) {
				running.ended(ShownExperiments.row(i), "\"input " + i + "\"");
				if (i % 60 == 59) {
					browser.awaitText("#trace", (i + 1) + " of 300 rows");
					browser.await("document.querySelector('#rows [aria-setsize]').ariaSetSize === '" + (i + 1) + "'");
				}
			}
			running.ended((ExperimentResult<?, ?, ?>) null, null);
			browser.awaitText("#trace", "ended");
			assertThat(browser
				.run("""
						return performance.getEntriesByType('resource').filter((entry) => entry.name.includes('experiments'))
							.map((entry) => entry.decodedBodySize).reduce((sum, size) => sum + size, 0)""")
				.asLong()).isLessThan(100_000);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 390, 1280 })
	void scoresOfARowAreShownWhole(int width) {
		browser.look(width, 800, false);
		try (ConsoleApplication other = new ConsoleApplication(Kind.PLAIN)) {
			other.context()
				.getBean(BraintrustEvals.class)
				.of("support")
				.experiment("many scores")
				.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"))
				.task((String input) -> input)
				.scorers(IntStream.range(0, 12)
					.<Scorer<String, String, String>>mapToObj((i) -> Scorers.of("complianceOfTheAnswer" + i, (it) -> 1))
					.toArray(Scorer[]::new))
				.run();
			browser.open(other.url() + "#/~evals/1");
			browser.await("document.querySelectorAll('#rows .trace-row').length === 2");
			browser.awaitText("#rows", "complianceOfTheAnswer11");
			browser
				.await("""
						(() => {
							const clipped = (node) => node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight;
							return [...document.querySelectorAll('#rows .trace-row, #rows .facts')].every((node) => !clipped(node));
						})()""");
		}
	}

	@ParameterizedTest
	@CsvSource({ "experiment, The lamp is broken", "trace, levenshtein" })
	void pageOfAnApplicationThatHasStartedAnewIsEmpty(String kind, String shown) {
		openExperiment(1);
		if (kind.equals("trace")) {
			browser.run("document.querySelector('#rows .trace-row').click()");
		}
		browser.awaitText("#trace", shown);
		browser
			.run("""
					const before = window.fetch;
					window.fetch = async (path) => path.startsWith('api/state')
						? Response.json({ ...await (await before(path)).json(), instance: 'anew', experiments: undefined, traces: [] })
						: new Response('', { status: 404 });""");
		browser.awaitText("#trace", "This " + kind + " is not here");
		browser.awaitText("#list", "No experiment yet");
	}

	// After a restart, experiment ids are reused.
	@Test
	void baselineThatWasChosenIsForgottenWhenTheApplicationStartsAnew() {
		openExperiment(1);
		browser.awaitText("#trace .scores", "Change");
		browser.run(
				"const select = document.querySelector('#trace select'); select.value = ''; select.dispatchEvent(new Event('change'))");
		browser.await("!document.querySelector('#trace .scores').innerText.includes('Change')");
		browser.run("""
				const before = window.fetch;
				window.fetch = async (path) => path.startsWith('api/state')
					? Response.json({ ...await (await before(path)).json(), instance: 'anew' }) : before(path);""");
		browser.awaitText("#trace .scores", "Change");
	}

	@Test
	void errorsOfRowsAreSeen() {
		openExperiment(0);
		browser.awaitText("#rows", "java.lang.IllegalStateException");
		browser.awaitText("#trace header", "3 errors");
	}

	@Test
	void copiedTestIsAGateThatTheExperimentPasses() {
		openExperiment(1);
		browser.run("window.copied = ''; navigator.clipboard.writeText = async (text) => { window.copied = text; }");
		browser.run(
				"[...document.querySelectorAll('#trace button')].find((button) => button.innerText === 'Copy test').click()");
		browser.await("window.copied");
		assertThat(browser.run("return window.copied").asString()).isEqualTo("""
				assertThat(result.errors()).isEmpty();
				assertThat(result.score("exactMatch").mean()).isGreaterThanOrEqualTo(0.666);
				assertThat(result.score("levenshtein").mean()).isGreaterThanOrEqualTo(%s);
				""".formatted(browser.run("return window.copied.match(/levenshtein.*To[(]([0-9.]+)/)[1]").asString()));
	}

	@ParameterizedTest
	@CsvSource({ "1280, false", "1280, true", "390, false", "390, true" })
	void axeFindsNothing(int width, boolean dark) throws IOException {
		browser.look(width, 800, dark);
		browser.run(new ClassPathResource("axe.min.js").getContentAsString(StandardCharsets.UTF_8));
		openExperiment(1);
		assertThat(ConsolePageTests.violations(browser, "an experiment")).isEmpty();
		browser.press(Browser.ESCAPE);
		browser.await("document.body.dataset.view === 'list'");
		assertThat(ConsolePageTests.violations(browser, "experiments")).isEmpty();
		browser.open(application.url() + "#/~evals/77");
		browser.awaitText("#trace", "not here");
		assertThat(ConsolePageTests.violations(browser, "no experiment")).isEmpty();
	}

}
