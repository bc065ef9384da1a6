package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the console together with Spring Boot's actuator.
 */
class ManagementPortTests {

	@ParameterizedTest
	@CsvSource({ "SERVLET, ''", "SERVLET, /shop", "REACTIVE, ''", "REACTIVE, /shop" })
	void consoleIsOnThePortOfTheApplicationAlone(WebApplicationType type, String path) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "server.servlet.context-path=" + path,
				"spring.webflux.base-path=" + path, "management.server.port=0")) {
			String url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path;
			assertThat(get(url + "/braintrust/").body()).startsWith("<!doctype html>");
			assertThat(context.getBean(ConsoleAnnouncement.class).url()).isEqualTo(url + "/braintrust/");
			String management = "http://localhost:" + context.getEnvironment().getProperty("local.management.port");
			assertThat(management).isNotEqualTo(url);
			assertThat(get(management + "/actuator/health").statusCode()).isEqualTo(200);
			for (String prefix : new String[] { "", path }) {
				assertThat(get(management + prefix + "/braintrust/").statusCode()).isEqualTo(404);
				assertThat(get(management + prefix + "/braintrust/api/state").statusCode()).isEqualTo(404);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void projectForTheConsoleAloneIsNoProblem(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			String url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			assertThat(get(url + "/braintrust/").body()).startsWith("<!doctype html>");
			JsonNode project = json(url + "/actuator/braintrust/support");
			assertThat(project.path("state").asString()).isEqualTo("console");
			assertThat(project.path("destination").asString()).isEqualTo("console");
			assertThat(project.path("problems")).isEmpty();
			JsonNode health = json(url + "/actuator/health").path("components").path("braintrust");
			assertThat(health.path("status").asString()).isEqualTo("UP");
			assertThat(health.path("components").path("support").path("details").path("state").asString())
				.isEqualTo("console");
			assertThat(health.path("components").path("off").path("details").path("state").asString()).isEqualTo("off");
		}
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "braintrust.console.enabled=true",
					"braintrust.projects.support.name=Support Agent", "braintrust.projects.off.enabled=false",
					"management.endpoints.web.exposure.include=*", "management.endpoint.health.show-details=always",
					"management.otlp.metrics.export.enabled=false", "management.tracing.export.otlp.enabled=false",
					"spring.ai.openai.api-key=sk-model")
			.properties(properties)
			.run();
	}

	// On a new connection: Reactor Netty 1.3.6 may not read a request that directly
	// follows another one (reactor-netty#4361).
	private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
	}

	private static JsonNode json(String url) throws IOException, InterruptedException {
		return JsonMapper.shared().readTree(get(url).body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
			"org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
			"org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration" })
	static class Application {

	}

}
