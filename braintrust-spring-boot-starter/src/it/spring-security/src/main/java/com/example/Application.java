package com.example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.score.Scorers;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * A web application with Spring Security, which refuses remote evaluations until a filter
 * chain permits them and leaves the check to their endpoint. The console runs before
 * Spring Security.
 */
@SpringBootApplication
public class Application {

	private final HttpClient client = HttpClient.newHttpClient();

	public static void main(String[] args) throws Exception {
		new Application().check();
	}

	private void check() throws Exception {
		try (ConfigurableApplicationContext context = start("locked")) {
			HttpResponse<String> refused = get(context, "/braintrust/evals/support/list");
			Services.check(refused.statusCode(), 401);
			Services.check(refused.headers().firstValue("WWW-Authenticate").isPresent(), true);
			Services.check(get(context, "/braintrust/").statusCode(), 200);
			Services.check(get(context, "/other").statusCode(), 401);
		}
		try (ConfigurableApplicationContext context = start("permitted")) {
			HttpResponse<String> unknown = get(context, "/braintrust/evals/support/list");
			Services.check(unknown.statusCode(), 401);
			Services.check(unknown.headers().firstValue("WWW-Authenticate").isPresent(), false);
			HttpResponse<String> sent = post(context, "/braintrust/evals/support/eval");
			Services.check(sent.statusCode(), 401);
			Services.check(sent.headers().firstValue("WWW-Authenticate").isPresent(), false);
			HttpResponse<String> asked = preflight(context, "https://www.braintrust.dev");
			Services.check(asked.headers().firstValue("Access-Control-Allow-Origin").orElse(""),
					"https://www.braintrust.dev");
			Services.check(preflight(context, "https://example.com").statusCode(), 403);
			Services.check(get(context, "/other").statusCode(), 401);
		}
	}

	private ConfigurableApplicationContext start(String profile) {
		return new SpringApplicationBuilder(Application.class).profiles(profile)
			.properties("server.port=0", "braintrust.projects.support.name=Support", "braintrust.api-key=sk-test",
					"braintrust.check-on-startup=false", "braintrust.evals.remote.enabled=true",
					"braintrust.console.enabled=true", "spring.main.banner-mode=off", "logging.level.root=warn",
					"spring.security.user.password=secret")
			.run();
	}

	private HttpResponse<String> get(ConfigurableApplicationContext context, String path)
			throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(uri(context, path)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> post(ConfigurableApplicationContext context, String path)
			throws IOException, InterruptedException {
		return this.client.send(
				HttpRequest.newBuilder(uri(context, path)).POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> preflight(ConfigurableApplicationContext context, String origin)
			throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(uri(context, "/braintrust/evals/support/eval"))
			.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
			.header("Origin", origin)
			.header("Access-Control-Request-Method", "POST")
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
	}

	@Bean
	@BraintrustProject("support")
	Eval<String, String, String> supportAnswers() {
		return Eval.named("support answers", String.class, String.class)
			.task((question) -> "On its way.")
			.scorers(Scorers.exactMatch());
	}

	@Configuration(proxyBeanMethods = false)
	@Profile("permitted")
	static class Permitted {

		@Bean
		@Order(1)
		SecurityFilterChain remoteEvaluations(HttpSecurity http) throws Exception {
			return http.securityMatcher("/braintrust/evals/**")
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.csrf((csrf) -> csrf.disable())
				.cors((cors) -> cors.disable())
				.build();
		}

		@Bean
		SecurityFilterChain otherRequests(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
