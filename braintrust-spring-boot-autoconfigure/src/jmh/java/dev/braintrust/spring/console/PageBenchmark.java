package dev.braintrust.spring.console;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.support.Browser;

/**
 * The time until the page is visible in a browser: a list of 1,000 traces, and a trace of
 * 5,000 spans. It also saves screenshots of the page in {@code target/console}.
 */
public final class PageBenchmark {

	private static final int ROUNDS = 11;

	// Measures when rows are painted, which is after the next frame.
	private static final String WATCH = """
			window.painted = (selector, begin) => {
				const look = () => {
					if (document.querySelector(selector) !== null) {
						observer.disconnect();
						requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - begin; }));
					}
				};
				const observer = new MutationObserver(look);
				observer.observe(document, { childList: true, subtree: true });
			};
			""";

	private PageBenchmark() {
	}

	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		Path profile = Files.createTempDirectory("console");
		try (Browser browser = Browser.start(profile); ConsoleApplication application = new ConsoleApplication(Kind.SERVLET)) {
			pictures(browser);
			browser.look(1280, 800, false);
			new ShownTraces(application.tracer()).traces(1000);
			browser.chromium("Page.addScriptToEvaluateOnNewDocument",
					Map.of("source", WATCH + "window.painted('.trace-row', 0);"));
			out.println("list of 1,000 traces, opened for the first time: " + measured(() -> {
				browser.open("about:blank");
				browser.chromium("Network.clearBrowserCache", Map.of());
				browser.open(application.url());
				return took(browser);
			}));
			out.println("list of 1,000 traces, opened again: " + measured(() -> {
				browser.open("about:blank");
				browser.open(application.url());
				return took(browser);
			}));
			new ShownTraces(application.tracer()).many(5001);
			browser.open(application.url());
			browser.awaitText(".trace-row", "many");
			out.println("trace of 5,000 spans: " + measured(() -> {
				browser.run("location.hash = ''; document.querySelector('#spans')?.remove(); window.took = undefined; "
						+ "window.painted('.span-row', performance.now()); document.querySelector('.trace-row').click()");
				return took(browser);
			}));
		}
	}

	private static long took(Browser browser) {
		browser.await("window.took");
		return browser.run("return window.took").asLong();
	}

	private static String measured(LongSupplier round) {
		long[] times = new long[ROUNDS];
		for (int i = 0; i < ROUNDS; i++) {
			times[i] = round.getAsLong();
		}
		Arrays.sort(times);
		return "%d ms at best, %d ms in the median, with a load of %.0f".formatted(times[0], times[ROUNDS / 2],
				ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
	}

	private static void pictures(Browser browser) throws IOException {
		try (ConsoleApplication application = new ConsoleApplication(Kind.PLAIN)) {
			ShownTraces traces = new ShownTraces(application.tracer(), () -> LockSupport.parkNanos(400_000_000));
			traces.rightToLeft();
			traces.failure();
			traces.conversation();
			ShownExperiments experiments = new ShownExperiments(application.context());
			experiments.run(ShownExperiments::good);
			experiments.run(ShownExperiments::bad);
			for (boolean dark : new boolean[] { false, true }) {
				for (int width : new int[] { 1280, 900, 390 }) {
					picture(browser, application, width, dark);
				}
			}
		}
	}

	private static void picture(Browser browser, ConsoleApplication application, int width, boolean dark)
			throws IOException {
		Path folder = Path.of("target/console");
		String name = width + (dark ? "-dark.png" : "-light.png");
		browser.look(width, 720, dark);
		browser.open("about:blank");
		browser.open(application.url());
		browser.await("document.querySelectorAll('.trace-row').length === 3");
		browser.screenshot(folder.resolve("list-" + name));
		for (int i = 0; i < 2; i++) {
			browser.run("document.querySelectorAll('.trace-row')[arguments[0]].click()", i);
			browser.await("document.querySelectorAll('.span-row').length === " + ((i == 0) ? 7 : 2));
			browser.screenshot(folder.resolve("trace-" + i + "-" + name));
			browser.run("document.querySelectorAll('.span-row')[arguments[0]].click()", (i == 0) ? 6 : 0);
			browser.awaitText("#span", "What leaves");
			browser.await("[...document.images].every((image) => image.complete)");
			browser.screenshot(folder.resolve("span-" + i + "-" + name));
		}
		browser.run("history.back()");
		browser.run("document.querySelectorAll('.trace-row')[0].click(); location.hash = location.hash.split('?')[0].split('/').slice(0, 3).join('/') + '?thread'");
		browser.await("document.querySelectorAll('.thread .message').length > 3");
		browser.screenshot(folder.resolve("thread-" + name));
		browser.open(application.url() + "#/~evals");
		browser.await("document.querySelectorAll('#experiments .trace-row').length === 2");
		browser.screenshot(folder.resolve("experiments-" + name));
		browser.open(application.url() + "#/~evals/2");
		browser.await("document.querySelectorAll('#rows .trace-row').length === 3");
		browser.awaitText("#trace .scores", "Change");
		browser.screenshot(folder.resolve("experiment-" + name));
	}

}
