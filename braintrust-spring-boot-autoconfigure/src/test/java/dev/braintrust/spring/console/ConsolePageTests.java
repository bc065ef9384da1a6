package dev.braintrust.spring.console;

import java.io.IOException;
import java.nio.file.Path;

import dev.braintrust.spring.console.ConsoleApplication.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the page in a browser. They are skipped where there is no Chromium.
 */
@Tag("process")
class ConsolePageTests {

	@TempDir
	private static Path profile;

	private static Browser browser;

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

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.close();
		}
		if (application != null) {
			application.close();
		}
	}

	@Test
	void screens() throws IOException {
		Path folder = Path.of("target/console");
		for (boolean dark : new boolean[] { false, true }) {
			for (int width : new int[] { 1280, 390 }) {
				browser.look(width, 800, dark);
				browser.open(application.url());
				browser.await("document.querySelectorAll('.trace-row').length === 5");
				String name = width + (dark ? "-dark" : "-light") + ".png";
				browser.screenshot(folder.resolve("list-" + name));
				browser.click(".trace-row");
				browser.await("document.querySelectorAll('.span-row').length > 5");
				browser.screenshot(folder.resolve("trace-" + name));
				browser.run("document.querySelectorAll('.span-row')[6].click()");
				browser.awaitText("#span", "What leaves");
				browser.screenshot(folder.resolve("span-" + name));
				browser.open(browser.address().replaceAll("/[0-9a-f]{16}$", "?thread"));
				browser.await("document.querySelectorAll('.thread .message').length > 3");
				browser.screenshot(folder.resolve("thread-" + name));
			}
		}
		assertThat(browser.log()).isEmpty();
	}

}
