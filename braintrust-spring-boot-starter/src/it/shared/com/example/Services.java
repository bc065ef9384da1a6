package com.example;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The models, Braintrust, and the application's collector, on the loopback interface.
 */
public final class Services implements AutoCloseable {

	/**
	 * The answer of all models.
	 */
	public static final String ANSWER = "It is on its way.";

	/**
	 * The path on which Braintrust receives spans.
	 */
	public static final String BRAINTRUST = "/otel/v1/traces";

	/**
	 * The path on which the application's collector receives spans.
	 */
	public static final String COLLECTOR = "/v1/traces";

	/**
	 * The project in Braintrust.
	 */
	public static final String PROJECT_ID = "5b0c3e0e-7f0e-4f57-9d55-4a6f9a3c2c11";

	// Braintrust's answers for the organization of a key and for the project.
	private static final String ACCOUNT = """
			{"org_info":[{"id":"1","name":"Example","api_url":null}],"id":"%s","name":"Support"}
			""".formatted(PROJECT_ID);

	private final Map<String, List<ReceivedSpan>> received = new ConcurrentHashMap<>();

	private final List<String> prompts = new CopyOnWriteArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Output output = new Output();

	private final HttpServer server;

	public Services() {
		checkStarter();
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/", this::answer);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	/**
	 * Start an application that uses these services, with the Braintrust project
	 * {@code support}.
	 */
	public ConfigurableApplicationContext start(Class<?> application, String... properties) {
		String url = url();
		List<String> all = new ArrayList<>(List.of("spring.main.banner-mode=off", "logging.level.root=warn",
				"braintrust.projects.support.name=Support", "braintrust.api-key=sk-test", "braintrust.api-url=" + url,
				"braintrust.app-url=" + url, "spring.ai.openai.base-url=" + url, "spring.ai.openai.api-key=none",
				"spring.ai.anthropic.base-url=" + url, "spring.ai.anthropic.api-key=none",
				"spring.ai.ollama.base-url=" + url, "management.opentelemetry.tracing.export.otlp.endpoint=" + url + COLLECTOR,
				"management.tracing.sampling.probability=1.0", "management.otlp.metrics.export.enabled=false"));
		all.addAll(List.of(properties));
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.run();
	}

	public String url() {
		return "http://" + this.server.getAddress().getAddress().getHostAddress() + ":"
				+ this.server.getAddress().getPort();
	}

	/**
	 * The received spans, which are complete after the application was closed.
	 */
	public List<ReceivedSpan> spans(String path) {
		return this.received.getOrDefault(path, List.of());
	}

	/**
	 * The names of these spans, without an order.
	 */
	public List<String> names(String path) {
		return spans(path).stream().map(ReceivedSpan::name).toList();
	}

	/**
	 * The spans that Braintrust has received, each as its path of names from the
	 * root, sorted.
	 */
	public List<String> traces() {
		return ReceivedSpan.paths(spans(BRAINTRUST));
	}

	/**
	 * The requests to the models.
	 */
	public List<String> prompts() {
		return this.prompts;
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange; InputStream body = exchange.getRequestBody()) {
			String path = exchange.getRequestURI().getPath();
			if (path.endsWith(COLLECTOR)) {
				boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
				receive(path, gzip ? new GZIPInputStream(body) : body);
				exchange.sendResponseHeaders(200, -1);
				return;
			}
			String request = new String(body.readAllBytes(), StandardCharsets.UTF_8);
			String answer = ModelAnswers.answer(path, request);
			if (answer != null) {
				this.prompts.add(request);
			}
			byte[] bytes = ((answer != null) ? answer : ACCOUNT).getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders()
				.set("Content-Type", bytes[0] == '{' ? "application/json" : "text/event-stream");
			exchange.sendResponseHeaders(200, bytes.length);
			exchange.getResponseBody().write(bytes);
		}
	}

	private void receive(String path, InputStream body) throws IOException {
		this.received.computeIfAbsent(path, (key) -> new CopyOnWriteArrayList<>())
			.addAll(ReceivedSpan.all(ExportTraceServiceRequest.parseFrom(body)));
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
		System.out.println("Spring Boot " + SpringApplication.class.getPackage().getImplementationVersion()
				+ ", OpenTelemetry " + SdkTracerProvider.class.getPackage().getImplementationVersion() + ", Java "
				+ Runtime.version() + ": " + traces());
		checkVersion("expected.spring-boot.version", SpringApplication.class);
		checkVersion("expected.opentelemetry.version", SdkTracerProvider.class);
		check(this.output.warnings(), List.of());
	}

	/**
	 * Fail unless a value equals the expected one.
	 */
	public static void check(Object actual, Object expected) {
		if (!expected.equals(actual)) {
			throw new IllegalStateException("Expected " + expected + " but was " + actual);
		}
	}

	// Maven would prefer an older starter in the local repository to the one that was
	// just built.
	private static void checkStarter() {
		try {
			Path used = Path.of(URI.create(ProjectTracer.class.getProtectionDomain().getCodeSource().getLocation().toString()));
			if (Files.mismatch(used, Path.of(System.getProperty("built.starter"))) != -1) {
				throw new IllegalStateException(
						used + " is not the starter that was just built. Delete 'dev/braintrust/spring' from the local repository");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void checkVersion(String property, Class<?> type) {
		String expected = System.getProperty(property, "");
		if (!expected.isEmpty()) {
			check(type.getPackage().getImplementationVersion(), expected);
		}
	}

}
