package dev.braintrust.spring.sample.report;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.sample.SupportDeskApplication;
import dev.braintrust.spring.sample.offline.CollectedSpan;
import dev.braintrust.spring.sample.offline.CollectedSpans;
import dev.braintrust.spring.sample.offline.OfflineServices;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ReportPage}.
 */
class ReportPageTests {

	@Test
	void pageDoesNotTraceItself() throws Exception {
		SpringApplicationBuilder application = new SpringApplicationBuilder(SupportDeskApplication.class)
			.initializers(new OfflineServices());
		try (ConfigurableApplicationContext context = application.run("--server.port=0", "--sample.demo=false",
				"--spring.datasource.url=jdbc:h2:mem:page;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE")) {
			URI page = URI
				.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + "/");
			for (int i = 0; i < 3; i++) {
				HttpResponse<String> answer = HttpClient.newHttpClient()
					.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
				assertThat(answer.body()).contains("<h1>Support desk</h1>");
			}
			context.getBean(SdkTracerProvider.class).forceFlush().join(20, TimeUnit.SECONDS);
			assertThat(context.getBean(CollectedSpans.class).all()).extracting(CollectedSpan::name).isEmpty();
		}
	}

}
