package dev.braintrust.spring.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.reactor.ReactiveSpans;
import dev.braintrust.spring.support.OtlpReceiver;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ProjectContextInterceptor} and {@link ProjectContextExchangeFilter} by
 * the headers that a server receives.
 */
class ProjectContextClientTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	private final List<Headers> received = new CopyOnWriteArrayList<>();

	private final OtlpReceiver receiver = new OtlpReceiver();

	private HttpServer server;

	private ConfigurableApplicationContext context;

	private ProjectTracer tracer;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			try (exchange) {
				this.received.add(exchange.getRequestHeaders());
				exchange.sendResponseHeaders(204, -1);
			}
		});
		this.server.start();
		this.context = new SpringApplicationBuilder(BraintrustAutoConfiguration.class).web(WebApplicationType.NONE)
			.properties(Map.of("braintrust.api-url", this.receiver.url(), "braintrust.api-key", "sk-test",
					"braintrust.projects.support.name", "Support Agent"))
			.run();
		this.tracer = this.context.getBean(BraintrustProjects.class).tracer("support");
	}

	@AfterEach
	void stop() {
		this.context.close();
		this.server.stop(0);
		this.receiver.close();
	}

	@Test
	void chosenCallsOfARestClientCarryTheSpanInThePlaceOfWhatWasThere() {
		ProjectSpan span = this.tracer.rootSpan("root").call((current) -> {
			restClient().get()
				.uri("/chosen")
				.header("Traceparent", TRACEPARENT)
				.header("tracestate", "app=1")
				.header("Baggage", "a=%2F", "b=2,braintrust.parent=x")
				.retrieve()
				.toBodilessEntity();
			return current;
		});
		verify(span, "braintrust.parent=project_name:Support%20Agent,a=%2F,b=2");
	}

	@Test
	void membersThatAnHttpClientWouldRefuseAreLeftOut() {
		ProjectSpan span = this.tracer.rootSpan("root").call((current) -> {
			restClient().get().uri("/chosen").header("Baggage", "good=1,bad=\u20ac").retrieve().toBodilessEntity();
			return current;
		});
		verify(span, "braintrust.parent=project_name:Support%20Agent,good=1");
	}

	@Test
	void callsThatAreNotChosenOrOutsideEverySpanAreLeftAsTheyAre() {
		this.tracer.rootSpan("root").run((span) -> {
			restClient().get().uri("/other").header("traceparent", TRACEPARENT).retrieve().toBodilessEntity();
			webClient().get().uri("/other").header("traceparent", TRACEPARENT).retrieve().toBodilessEntity().block();
		});
		restClient().get().uri("/chosen").header("traceparent", TRACEPARENT).retrieve().toBodilessEntity();
		webClient().get().uri("/chosen").header("traceparent", TRACEPARENT).retrieve().toBodilessEntity().block();
		assertThat(this.received).hasSize(4)
			.allMatch((headers) -> headers.get("traceparent").equals(List.of(TRACEPARENT)))
			.noneMatch((headers) -> headers.containsKey("baggage"));
	}

	@Test
	void choiceThatFailsFailsNoCall() {
		RestClient client = RestClient.builder()
			.baseUrl(url())
			.requestFactory(new JdkClientHttpRequestFactory())
			.requestInterceptor(new ProjectContextInterceptor(this.tracer, (request) -> {
				throw new AssertionError("cannot choose");
			}))
			.build();
		this.tracer.rootSpan("root").run((span) -> client.get().uri("/chosen").retrieve().toBodilessEntity());
		assertThat(this.received).singleElement()
			.satisfies((headers) -> assertThat(headers).doesNotContainKey("Traceparent"));
	}

	@Test
	void headersThatCannotBeWrittenFailNoCall() throws IOException {
		ProjectSpan span = this.tracer.rootSpan("root").startSpan();
		MockClientHttpRequest request = new MockClientHttpRequest() {

			@Override
			public HttpHeaders getHeaders() {
				return HttpHeaders.readOnlyHttpHeaders(new HttpHeaders());
			}

		};
		MockClientHttpResponse answer = new MockClientHttpResponse();
		try (Scope ignored = span.makeCurrent()) {
			assertThat(new ProjectContextInterceptor(this.tracer, (any) -> true).intercept(request, new byte[0],
					(executed, body) -> answer))
				.isSameAs(answer);
		}
	}

	@Test
	void chosenCallsOfAWebClientCarryTheSpanOfReactorsContext() {
		ProjectSpan[] span = new ProjectSpan[1];
		ReactiveSpans.mono(() -> this.tracer.rootSpan("root"), (current) -> {
			span[0] = current;
			return Mono.delay(Duration.ofMillis(1), Schedulers.single())
				.flatMap((value) -> webClient().get()
					.uri("/chosen")
					.header(HttpHeaders.ACCEPT, "text/plain")
					.header("tracestate", "app=1")
					.retrieve()
					.toBodilessEntity());
		}).block();
		verify(span[0], "braintrust.parent=project_name:Support%20Agent");
	}

	@Test
	void chosenCallsOfAWebClientCarryTheSpanOfTheThread() {
		ProjectSpan span = this.tracer.rootSpan("root").call((current) -> {
			webClient().get().uri("/chosen").retrieve().toBodilessEntity().block();
			return current;
		});
		verify(span, "braintrust.parent=project_name:Support%20Agent");
	}

	private void verify(ProjectSpan span, String baggage) {
		assertThat(this.received).singleElement().satisfies((headers) -> {
			assertThat(headers.get("traceparent")).containsExactly(
					"00-" + span.getSpanContext().getTraceId() + "-" + span.getSpanContext().getSpanId() + "-03");
			assertThat(headers.get("baggage")).containsExactly(baggage);
			assertThat(headers).doesNotContainKey("Tracestate");
		});
	}

	private RestClient restClient() {
		return RestClient.builder()
			.baseUrl(url())
			.requestFactory(new JdkClientHttpRequestFactory())
			.requestInterceptor(new ProjectContextInterceptor(this.tracer,
					(request) -> request.getURI().getPath().equals("/chosen")))
			.build();
	}

	private WebClient webClient() {
		return WebClient.builder()
			.baseUrl(url())
			.filter(new ProjectContextExchangeFilter(this.tracer,
					(request) -> request.url().getPath().equals("/chosen")))
			.build();
	}

	private String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

}
