package com.example;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.score.Scorers;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * A web application on Jetty: the console, the actuator endpoint, and remote evaluations,
 * which last longer than Jetty's idle timeout.
 */
@SpringBootApplication
public class Application {

	private static final String RUN = """
			{"name":"support answers","data":{"data":[{"input":"Where?","expected":"On its way."}]},"stream":true,
			"parent":{"object_type":"playground_logs","object_id":"p"}}
			""";

	public static void main(String[] args) throws Exception {
		try (Services services = new Services()) {
			String url = services.url();
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.properties("server.port=0", "server.jetty.connection-idle-timeout=2s",
						"braintrust.projects.support.id=" + Services.PROJECT_ID, "braintrust.api-key=sk-test",
						"braintrust.api-url=" + url, "braintrust.app-url=" + url, "braintrust.console.enabled=true",
						"braintrust.evals.remote.enabled=true", "management.endpoints.web.exposure.include=braintrust",
						"spring.main.banner-mode=off", "logging.level.root=warn",
						// The warning about remote evaluations is expected.
						"logging.level.dev.braintrust.spring.eval.remote=error")
				.run()) {
				check((WebServerApplicationContext) context);
			}
			Services.check(services.names(Services.BRAINTRUST).contains("task"), true);
		}
	}

	private static void check(WebServerApplicationContext context) throws Exception {
		Services.check(context.getWebServer() instanceof JettyWebServer, true);
		int port = context.getWebServer().getPort();
		Services.check(get(port, "/braintrust/").body().startsWith("<!doctype html>"), true);
		Services.check(get(port, "/braintrust/api/state").body().contains("\"support\""), true);
		Services.check(get(port, "/actuator/braintrust").body().contains("\"support\""), true);
		Services.check(get(port, "/braintrust/evals/support/list").body().contains("support answers"), true);
		CompletableFuture<String> streamed = run(port, RUN);
		CompletableFuture<String> summed = run(port, RUN.replace("true", "false"));
		Services.check(streamed.get().contains("event: done"), true);
		Services.check(summed.get().contains("\"experimentName\""), true);
		Services.check(statusOfABodyThatDoesNotCome(port), "HTTP/1.1 408 Request Timeout");
	}

	private static HttpResponse<String> get(int port, String path) throws Exception {
		return send(request(port, path)).get();
	}

	private static CompletableFuture<String> run(int port, String body) {
		return send(request(port, "/braintrust/evals/support/eval").POST(HttpRequest.BodyPublishers.ofString(body)))
			.thenApply(HttpResponse::body);
	}

	// Jetty closes idle connections, so do not reuse them.
	private static CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
		return HttpClient.newHttpClient().sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.header("Authorization", "Bearer token")
			.header("x-bt-org-name", "Example");
	}

	private static String statusOfABodyThatDoesNotCome(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.getOutputStream()
				.write(("POST /braintrust/evals/support/eval HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token"
						+ "\r\nx-bt-org-name: Example\r\nContent-Length: 20\r\n\r\n")
					.getBytes(StandardCharsets.ISO_8859_1));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).lines()
				.findFirst()
				.orElse("");
		}
	}

	// The evaluation sends nothing for longer than Jetty's idle timeout.
	@Bean
	@BraintrustProject("support")
	Eval<String, String, String> supportAnswers() {
		return Eval.named("support answers", String.class, String.class).<String>task((question) -> {
			Thread.sleep(4000);
			return "On its way.";
		}).scorers(Scorers.exactMatch());
	}

}
