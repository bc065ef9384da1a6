package dev.braintrust.spring.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.reactor.ReactiveSpans;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ProjectContextFilter} and {@link ProjectContextWebFilter} in real
 * servers.
 */
class ProjectContextServerTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final String SPAN_ID = "b7ad6b7169203331";

	private static final String TRACEPARENT = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";

	private static final String TOKEN = "let-me-in";

	private static final String ROW = "a=1,braintrust.parent=experiment_id%3Ae-1;p=1";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private ConfigurableApplicationContext context;

	@AfterEach
	void stop() {
		this.context.close();
		this.receiver.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { Servlets.class, Reactive.class })
	void requestOfATrustedCallerContinuesItsTraceInTheProjectItself(Class<?> server) throws Exception {
		start(server);
		get("Traceparent", TRACEPARENT, "X-Token", TOKEN, "baggage", "braintrust.parent=project_id:elsewhere");
		ReceivedSpan span = span("work");
		assertThat(span.traceId()).isEqualTo(TRACE_ID);
		assertThat(span.parentSpanId()).isEqualTo(SPAN_ID);
		assertThat(span.parent()).isEqualTo("project_name:Support Agent");
	}

	@ParameterizedTest
	@ValueSource(classes = { Servlets.class, Reactive.class })
	void rowOfATrustedCallerHasTheSpansOfItsRequest(Class<?> server) throws Exception {
		start(server, "accept-experiments=true");
		get("traceparent", TRACEPARENT, "X-Token", TOKEN, "baggage", ROW);
		flush();
		assertThat(this.receiver.spans()).hasSize(2).allSatisfy((span) -> {
			assertThat(span.traceId()).isEqualTo(TRACE_ID);
			assertThat(span.parent()).isEqualTo("experiment_id:e-1");
			assertThat(span.request().parent()).isEqualTo("experiment_id:e-1");
		});
		ReceivedSpan work = span("work");
		assertThat(work.parentSpanId()).isEqualTo(SPAN_ID);
		// Work that would begin a trace elsewhere stays in the row.
		assertThat(span("turn").parentSpanId()).isEqualTo(work.spanId());
		get("traceparent", TRACEPARENT, "X-Token", TOKEN, "baggage", "braintrust.parent=project_id:elsewhere");
		get("traceparent", TRACEPARENT, "baggage", ROW);
		flush();
		assertThat(this.receiver.spans()).hasSize(6)
			.filteredOn((span) -> span.parent().equals("project_name:Support Agent")
					&& span.request().parent().equals("project_name:Support Agent"))
			.hasSize(4);
	}

	@ParameterizedTest
	@ValueSource(classes = { Servlets.class, Reactive.class })
	void experimentIsNotFollowedUnlessTheFilterSaysSo(Class<?> server) throws Exception {
		start(server);
		get("traceparent", TRACEPARENT, "X-Token", TOKEN, "baggage", ROW);
		flush();
		assertThat(this.receiver.spans()).hasSize(2)
			.allSatisfy((span) -> assertThat(span.parent()).isEqualTo("project_name:Support Agent"));
	}

	@ParameterizedTest
	@ValueSource(classes = { Servlets.class, Reactive.class })
	void requestOfAStrangerSteersNothing(Class<?> server) throws Exception {
		start(server);
		get("traceparent", TRACEPARENT.replace("-01", "-00"), "baggage", "a=1");
		ReceivedSpan span = span("work");
		assertThat(span.isRoot()).isTrue();
		assertThat(span.traceId()).isNotEqualTo(TRACE_ID);
	}

	@ParameterizedTest
	@ValueSource(classes = { Servlets.class, Reactive.class })
	void trustedCallerWithoutATraceparentOrWithTwoIsTheBeginningOfATrace(Class<?> server) throws Exception {
		start(server);
		get("X-Token", TOKEN);
		get("X-Token", TOKEN, "traceparent", TRACEPARENT, "traceparent", TRACEPARENT);
		flush();
		assertThat(this.receiver.spans()).hasSize(4).allMatch(ReceivedSpan::isRoot);
	}

	@ParameterizedTest
	@ValueSource(classes = { Servlets.class, Reactive.class })
	void nothingIsCurrentAfterTheRequest(Class<?> server) throws Exception {
		start(server);
		for (int i = 0; i < 20; i++) {
			get("traceparent", TRACEPARENT, "X-Token", TOKEN);
			get("traceparent", TRACEPARENT);
		}
		flush();
		List<ReceivedSpan> spans = this.receiver.spans();
		assertThat(spans).hasSize(80);
		assertThat(spans.stream().filter((span) -> span.traceId().equals(TRACE_ID))).hasSize(20);
		assertThat(spans.stream().filter(ReceivedSpan::isRoot)).hasSize(60);
	}

	private void start(Class<?> server, String... properties) {
		WebApplicationType type = (server == Servlets.class) ? WebApplicationType.SERVLET : WebApplicationType.REACTIVE;
		this.context = new SpringApplicationBuilder(server).web(type)
			.properties("server.port=0", "braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent")
			.properties(properties)
			.run();
	}

	private void get(String... headers) throws IOException, InterruptedException {
		URI uri = URI.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port"));
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).headers(headers).build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
	}

	private ReceivedSpan span(String name) {
		flush();
		return this.receiver.spans().stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	private void flush() {
		assertThat(this.context.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
	}

	private static boolean accepts(Environment environment) {
		return environment.getProperty("accept-experiments", Boolean.class, false);
	}

	private static boolean isOurs(String token) {
		return token != null && MessageDigest.isEqual(token.getBytes(), TOKEN.getBytes());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Servlets {

		@Bean
		TomcatServletWebServerFactory tomcat() {
			return new TomcatServletWebServerFactory(0);
		}

		@Bean
		ProjectContextFilter callers(@BraintrustProject("support") ProjectTracer tracer, Environment environment) {
			ProjectContextFilter filter = new ProjectContextFilter(tracer,
					(request) -> isOurs(request.getHeader("X-Token")));
			return accepts(environment) ? filter.acceptExperiments() : filter;
		}

		@Bean
		ServletRegistrationBean<HttpServlet> work(@BraintrustProject("support") ProjectTracer tracer) {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) {
					tracer.taskSpan("work").run((span) -> {
						tracer.rootSpan("turn").run((turn) -> {
						});
						response.setStatus(200);
					});
				}

			}, "/*");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Reactive {

		@Bean
		NettyReactiveWebServerFactory netty() {
			return new NettyReactiveWebServerFactory(0);
		}

		@Bean
		HttpHandler handler(@BraintrustProject("support") ProjectTracer tracer, Environment environment) {
			ProjectContextWebFilter filter = new ProjectContextWebFilter(tracer,
					(exchange) -> isOurs(exchange.getRequest().getHeaders().getFirst("X-Token")));
			return WebHttpHandlerBuilder
				.webHandler((exchange) -> Mono.delay(Duration.ofMillis(1), Schedulers.single())
					.flatMap((value) -> ReactiveSpans.mono(() -> tracer.taskSpan("work"),
							(span) -> ReactiveSpans.mono(() -> tracer.rootSpan("turn"),
									(turn) -> exchange.getResponse().setComplete()))))
				.filter(accepts(environment) ? filter.acceptExperiments() : filter)
				.build();
		}

	}

}
