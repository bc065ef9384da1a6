package dev.braintrust.spring.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.support.OtlpReceiver;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with a web server, all actuator endpoints, and projects in different
 * states.
 */
final class OperatedApplication implements AutoCloseable {

	static final String SHARED_KEY = "sk-s3cret-shared-0001";

	static final String OWN_KEY = "sk-s3cret-own-0002";

	static final String HEADER = "s3cret-header-0003";

	static final String QUERY = "s3cret-query-0004";

	private final HttpClient client = HttpClient.newHttpClient();

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final OtlpReceiver refusing = new OtlpReceiver().answering(401, 401, 401, 401);

	private final ConfigurableApplicationContext context;

	OperatedApplication(String... arguments) {
		List<String> all = new ArrayList<>(List
			.of("--braintrust.api-key=" + SHARED_KEY, "--braintrust.api-url=" + this.receiver.url(),
					"--research.token=" + OWN_KEY, "--braintrust.projects.support.name=Support Agent",
					"--braintrust.projects.support.export.headers.x-tenant-token=" + HEADER,
					"--braintrust.projects.research.id=r-1", "--braintrust.projects.research.api-key=${research.token}",
					"--braintrust.projects.research.api-url=" + this.refusing.url(),
					"--braintrust.projects.collected.export.endpoint=" + this.refusing.url() + "/v1/traces?token="
							+ QUERY,
					"--braintrust.projects.off.enabled=false",
					"--braintrust.projects.keyless.api-key=${NOTHING_RESOLVES_THIS}"));
		all.addAll(List.of(arguments));
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off", "management.endpoints.web.exposure.include=*",
					"management.endpoint.env.show-values=always", "management.endpoint.configprops.show-values=always",
					"management.endpoint.health.show-details=always", "management.endpoint.health.probes.enabled=true",
					"management.otlp.metrics.export.enabled=false", "management.tracing.export.otlp.enabled=false",
					"spring.ai.openai.api-key=sk-model")
			.run(all.toArray(String[]::new));
		AccessCheck check = this.context.getBean(AccessCheck.class);
		Awaitility.await().until(() -> check.of("support") != null && check.of("research") != null);
	}

	/**
	 * The destination of most projects.
	 */
	String destination() {
		return this.receiver.url().substring("http://".length());
	}

	/**
	 * The destination that rejects spans.
	 */
	String refusingDestination() {
		return this.refusing.url().substring("http://".length());
	}

	BraintrustProjects projects() {
		return this.context.getBean(BraintrustProjects.class);
	}

	String url(String path) {
		return "http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + path;
	}

	HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(URI.create(url(path))).build(), BodyHandlers.ofString());
	}

	HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return post(path, "application/json", body);
	}

	HttpResponse<String> post(String path, @Nullable String contentType, @Nullable String body)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)))
			.POST((body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
		if (contentType != null) {
			request.header("Content-Type", contentType);
		}
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	JsonNode json(String path) throws IOException, InterruptedException {
		return JsonMapper.shared().readTree(get(path).body());
	}

	@Override
	public void close() {
		this.context.close();
		this.receiver.close();
		this.refusing.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration" })
	static class Application {

	}

}
