package dev.braintrust.spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.sample.offline.CollectedSpan;
import dev.braintrust.spring.sample.offline.CollectedSpans;
import dev.braintrust.spring.sample.offline.OfflineServices;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the console in the sample, together with the application's telemetry.
 */
class ConsoleTests {

	@Test
	void consoleShowsWhatProjectsRecordAndTracesNothingOfItself() throws Exception {
		SpringApplicationBuilder application = new SpringApplicationBuilder(SupportDeskApplication.class)
			.initializers(new OfflineServices());
		try (ConfigurableApplicationContext context = application.run("--server.port=0", "--sample.demo=false",
				"--spring.datasource.url=jdbc:h2:mem:page;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE")) {
			String console = "http://localhost:" + context.getEnvironment().getProperty("local.server.port")
					+ "/braintrust/";
			for (int i = 0; i < 3; i++) {
				assertThat(get(console)).contains("<title>Braintrust console</title>");
			}
			context.getBean(BraintrustProjects.class).tracer("support").taskSpan("greet").call((span) -> "Hello");
			assertThat(get(console + "api/state")).contains("\"greet\"", "\"Hello\"");
			context.getBean(SdkTracerProvider.class).forceFlush().join(20, TimeUnit.SECONDS);
			assertThat(context.getBean(CollectedSpans.class).all()).extracting(CollectedSpan::name)
				.doesNotContain("http get", "http get /braintrust/**")
				.allMatch((name) -> name.equals("greet"));
		}
	}

	private static String get(String url) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
			.body();
	}

}
