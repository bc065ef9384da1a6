package dev.braintrust.spring.web;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.trace.SpanDestination;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of an experiment whose task calls another application.
 */
class ExperimentOfServicesTests {

	private final BraintrustServer server = new BraintrustServer();

	@AfterEach
	void close() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void spansOfTheServiceAreInTheRowIfItAcceptsExperiments(boolean accepts) {
		try (ConfigurableApplicationContext service = start(Service.class, WebApplicationType.SERVLET,
				"accepts=" + accepts); ConfigurableApplicationContext caller = start(Caller.class)) {
			ExperimentResult<?, ?, ?> result = run(caller,
					"http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port"));
			assertThat(result.sent()).isTrue();
			assertThat(service.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
			String experiment = "experiment_id:" + result.id();
			List<ReceivedSpan> turns = named("turn");
			assertThat(turns).hasSize(3);
			assertThat(service.getBean(SpanDestination.class).pipeline().status("support").sent()).isEqualTo(3);
			if (accepts) {
				assertThat(turns).allSatisfy((turn) -> {
					assertThat(turn.parent()).isEqualTo(experiment);
					assertThat(turn.request().parent()).isEqualTo(experiment);
					assertThat(named("task")).anySatisfy((task) -> {
						assertThat(turn.traceId()).isEqualTo(task.traceId());
						assertThat(turn.parentSpanId()).isEqualTo(task.spanId());
					});
				});
			}
			else {
				assertThat(turns).allSatisfy((turn) -> {
					assertThat(turn.isRoot()).isTrue();
					assertThat(turn.parent()).isEqualTo("project_name:" + BraintrustData.PROJECT_NAME);
				});
			}
		}
	}

	private static ExperimentResult<?, ?, ?> run(ConfigurableApplicationContext caller, String service) {
		ProjectTracer tracer = caller.getBean(BraintrustProjects.class).tracer("support");
		RestClient client = RestClient.builder()
			.baseUrl(service)
			.requestInterceptor(new ProjectContextInterceptor(tracer, (request) -> true))
			.build();
		return caller.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("answers")
			.cases(EvalCase.of(1, "1"), EvalCase.of(2, "2"), EvalCase.of(3, "3"))
			.task((input) -> client.get().uri("/" + input).retrieve().body(String.class))
			.scorers(Scorers.exactMatch())
			.run();
	}

	private List<ReceivedSpan> named(String name) {
		return this.server.spans().stream().filter((span) -> span.name().equals(name)).toList();
	}

	private ConfigurableApplicationContext start(Class<?> application) {
		return start(application, WebApplicationType.NONE);
	}

	private ConfigurableApplicationContext start(Class<?> application, WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(application).web(type)
			.properties("braintrust.api-key=sk-test", "braintrust.api-url=" + this.server.url(),
					"braintrust.app-url=" + this.server.url(), "braintrust.check-on-startup=false",
					"braintrust.projects.support.name=" + BraintrustData.PROJECT_NAME)
			.properties(properties)
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Caller {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Service {

		@Bean
		TomcatServletWebServerFactory tomcat() {
			return new TomcatServletWebServerFactory(0);
		}

		@Bean
		ProjectContextFilter callers(@BraintrustProject("support") ProjectTracer tracer, Environment environment) {
			ProjectContextFilter filter = new ProjectContextFilter(tracer, (request) -> true);
			return environment.getRequiredProperty("accepts", Boolean.class) ? filter.acceptExperiments() : filter;
		}

		@Bean
		ServletRegistrationBean<HttpServlet> agent(@BraintrustProject("support") ProjectTracer tracer) {
			return new ServletRegistrationBean<>(new HttpServlet() {

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
					tracer.rootSpan("turn")
						.run((turn) -> response.getWriter().write(request.getPathInfo().substring(1)));
				}

			}, "/*");
		}

	}

}
