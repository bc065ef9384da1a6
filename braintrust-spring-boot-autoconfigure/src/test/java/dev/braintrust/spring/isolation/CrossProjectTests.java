package dev.braintrust.spring.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.project.BraintrustAutoConfiguration;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how the spans of two projects meet on purpose.
 */
class CrossProjectTests {

	private final Map<String, Received> received = new ConcurrentHashMap<>();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::receive);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
		assertThat(this.failures).isEmpty();
	}

	@Test
	void spanIsLinkedFromAnotherProjectWithoutJoiningIt() {
		run((projects) -> {
			io.opentelemetry.api.trace.Span asked = projects.tracer("support").taskSpan("asked").startSpan();
			projects.tracer("research").taskSpan("answered").addLink(asked.getSpanContext()).startSpan().end();
			projects.tracer("research").taskSpan("later").startSpan().addLink(asked.getSpanContext()).end();
			asked.end();
		});
		Span asked = span("asked", "project_name:Support Agent");
		for (String name : List.of("answered", "later")) {
			Span linked = span(name, "project_id:r-1");
			assertThat(linked.getLinksList()).singleElement().satisfies((link) -> {
				assertThat(link.getTraceId()).isEqualTo(asked.getTraceId());
				assertThat(link.getSpanId()).isEqualTo(asked.getSpanId());
			});
			assertThat(linked.getTraceId()).isNotEqualTo(asked.getTraceId());
			assertThat(linked.getParentSpanId()).isEqualTo(ByteString.EMPTY);
		}
		assertThat(asked.getLinksList()).isEmpty();
	}

	@Test
	void traceIsContinuedWhereItsContextIsHandedOverAndTheReceiverRoutesIt() {
		run((projects) -> {
			Map<String, String> headers = new HashMap<>();
			ProjectTracer support = projects.tracer("support");
			ProjectTracer research = projects.tracer("research");
			support.taskSpan("asked").run((span) -> {
				support.propagator().inject(Context.current(), headers, Map::put);
				Context handedOver = research.propagator().extract(Context.root(), headers, new Headers());
				research.taskSpan("answered").setParent(handedOver).startSpan().end();
			});
		});
		Span asked = span("asked", "project_name:Support Agent");
		Span answered = span("answered", "project_id:r-1");
		assertThat(answered.getTraceId()).isEqualTo(asked.getTraceId());
		assertThat(answered.getParentSpanId()).isEqualTo(asked.getSpanId());
	}

	@Test
	void contextOfOneProjectIsNoParentInAnother() {
		run((projects) -> projects.tracer("support")
			.taskSpan("asked")
			.run((span) -> projects.tracer("research")
				.taskSpan("answered")
				.setParent(Context.root().with(span))
				.startSpan()
				.end()));
		assertThat(span("answered", "project_id:r-1").getParentSpanId()).isEqualTo(ByteString.EMPTY);
	}

	private void run(Consumer<BraintrustProjects> work) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withPropertyValues("braintrust.api-url=http://127.0.0.1:" + this.server.getAddress().getPort(),
					"braintrust.api-key=sk-test", "braintrust.projects.support.name=Support Agent",
					"braintrust.projects.research.id=r-1")
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				work.accept(projects);
				assertThat(projects.flush(Duration.ofSeconds(20))).isTrue();
			});
	}

	private Span span(String name, String project) {
		Received found = this.received.get(name);
		assertThat(found.project()).isEqualTo(project);
		return found.span();
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
			InputStream body = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
			String project = exchange.getRequestHeaders().getFirst("x-bt-parent");
			ExportTraceServiceRequest.parseFrom(body.readAllBytes())
				.getResourceSpansList()
				.forEach((resource) -> resource.getScopeSpansList()
					.forEach((scope) -> scope.getSpansList()
						.forEach((span) -> this.received.put(span.getName(), new Received(project, span)))));
			exchange.sendResponseHeaders(200, -1);
		}
		catch (RuntimeException ex) {
			this.failures.add(ex);
		}
	}

	/**
	 * A span, and the project that it was sent to.
	 */
	record Received(String project, Span span) {
	}

	static class Headers implements TextMapGetter<Map<String, String>> {

		@Override
		public Iterable<String> keys(Map<String, String> carrier) {
			return carrier.keySet();
		}

		@Override
		public String get(Map<String, String> carrier, String key) {
			return carrier.get(key);
		}

	}

}
