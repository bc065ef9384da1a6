package dev.braintrust.spring.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Headless Chromium, driven by the WebDriver protocol. In Debian, it is in the packages
 * {@code chromium} and {@code chromium-driver}.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
public final class Browser implements AutoCloseable {

	public static final String ESCAPE = "\uE00C";

	public static final String ENTER = "\uE007";

	public static final String LEFT = "\uE012";

	public static final String UP = "\uE013";

	public static final String RIGHT = "\uE014";

	public static final String DOWN = "\uE015";

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final JsonMapper json = new JsonMapper();

	private final HttpClient client = HttpClient.newHttpClient();

	private final Process driver;

	private final String url;

	private final String session;

	private Browser(Process driver, int port, Path profile) throws IOException, InterruptedException {
		this.driver = driver;
		this.url = "http://127.0.0.1:" + port;
		Map<String, Object> options = Map.of("binary", CHROMIUM.toString(), "args",
				List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
						"--disable-background-networking", "--disable-component-update", "--disable-sync",
						"--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + profile));
		JsonNode created = send("POST", "/session",
				Map.of("capabilities", Map.of("alwaysMatch", Map.of("goog:chromeOptions", options, "goog:loggingPrefs",
						Map.of("browser", "ALL"), "timeouts", Map.of("script", 100_000, "pageLoad", 100_000)))));
		this.session = "/session/" + created.path("sessionId").asString();
	}

	// Start the browser, or skip the test if it is not installed.
	public static Browser start(Path profile) throws IOException, InterruptedException {
		if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
			throw new TestAbortedException(
					"There is no Chromium here. Install it by: apt-get install chromium chromium-driver");
		}
		Process driver = new ProcessBuilder(DRIVER.toString(), "--port=0").redirectErrorStream(true).start();
		try {
			return new Browser(driver, port(driver), profile);
		}
		catch (IOException | RuntimeException ex) {
			driver.destroyForcibly();
			throw ex;
		}
	}

	private static int port(Process driver) throws IOException {
		BufferedReader output = driver.inputReader();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			Matcher port = PORT.matcher(line);
			if (port.find()) {
				Thread reader = new Thread(() -> output.lines().forEach((rest) -> {
				}), "chromedriver-output");
				reader.setDaemon(true);
				reader.start();
				return Integer.parseInt(port.group(1));
			}
		}
		throw new IllegalStateException("The driver of Chromium has not started");
	}

	private JsonNode send(String method, String path, Object body) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.url + path))
			.method(method,
					(body != null) ? BodyPublishers.ofString(this.json.writeValueAsString(body))
							: BodyPublishers.noBody())
			.header("Content-Type", "application/json")
			.timeout(Duration.ofMinutes(2))
			.build();
		HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
		JsonNode value = this.json.readTree(response.body()).path("value");
		if (response.statusCode() != 200) {
			throw new IllegalStateException(value.path("message").asString());
		}
		return value;
	}

	private JsonNode command(String name, Object body) {
		try {
			return send((body != null) ? "POST" : "GET", this.session + name, body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public void open(String url) {
		command("/url", Map.of("url", url));
	}

	// On a wide screen with the light theme. The blank page is needed, because an open
	// console page would only follow the changed hash, and log until it is left.
	public void openAnew(String url) {
		look(1280, 800, false);
		open("about:blank");
		log();
		open(url);
	}

	public String address() {
		return command("/url", null).asString();
	}

	// The browser's Back button. With history.back() in a script, the script may be
	// aborted when its page is left.
	public void back() {
		command("/back", Map.of());
	}

	// Run JavaScript code as the body of a function.
	public JsonNode run(String script, Object... arguments) {
		return command("/execute/sync", Map.of("script", script, "args", List.of(arguments)));
	}

	public boolean isTrue(String expression) {
		return run("return Boolean(" + expression + ")").asBoolean();
	}

	public String text(String selector) {
		return run("return document.querySelector(arguments[0])?.innerText ?? ''", selector).asString();
	}

	// Wait until a JavaScript expression is true.
	public void await(String expression) {
		try {
			Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> isTrue(expression));
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("Never true: " + expression + "\n" + text("body") + "\n" + log(), ex);
		}
	}

	public void awaitText(String selector, String text) {
		await("document.querySelector('" + selector + "')?.innerText.includes('" + text + "')");
	}

	public void click(String selector) {
		JsonNode element = command("/element", Map.of("using", "css selector", "value", selector));
		command("/element/" + element.properties().iterator().next().getValue().asString() + "/click", Map.of());
	}

	public void press(String... keys) {
		List<Map<String, String>> actions = new java.util.ArrayList<>();
		for (String key : keys) {
			actions.add(Map.of("type", "keyDown", "value", key));
			actions.add(Map.of("type", "keyUp", "value", key));
		}
		command("/actions", Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
	}

	public void chromium(String name, Map<String, ?> parameters) {
		command("/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
	}

	public void look(int width, int height, boolean dark) {
		chromium("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
		chromium("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	public void screenshot(Path file) throws IOException {
		Files.createDirectories(file.toAbsolutePath().getParent());
		Files.write(file, Base64.getDecoder().decode(command("/screenshot", null).asString()));
	}

	// The log of the browser's console, including violations of the content
	// security policy.
	public List<String> log() {
		return command("/se/log", Map.of("type", "browser")).valueStream()
			.map((entry) -> entry.path("message").asString())
			.toList();
	}

	public Map<String, String> attributes(String selector) {
		Map<String, String> attributes = new LinkedHashMap<>();
		run("return Object.fromEntries([...document.querySelector(arguments[0]).attributes].map((a) => [a.name, a.value]))",
				selector)
			.properties()
			.forEach((attribute) -> attributes.put(attribute.getKey(), attribute.getValue().asString()));
		return attributes;
	}

	@Override
	public void close() {
		try {
			send("DELETE", this.session, null);
		}
		catch (IOException | RuntimeException ex) {
			// The browser ends with its driver.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.driver.descendants().forEach(ProcessHandle::destroyForcibly);
		this.driver.destroyForcibly();
	}

}
