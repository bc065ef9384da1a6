package dev.braintrust.spring.sample.offline;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

class OfflineServicesTests {

	private static final String TELEMETRY_ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

	private final GenericApplicationContext context = new GenericApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void standsInForEverythingThatIsNotSet() {
		ConfigurableEnvironment environment = initialize(Map.of("BRAINTRUST_API_KEY", "", "braintrust.api-key", ""));
		assertThat(environment.getProperty("spring.ai.openai.base-url")).startsWith("http://127.0.0.1:")
			.endsWith("/v1");
		assertThat(environment.getProperty("spring.ai.openai.api-key")).isNotEmpty();
		assertThat(environment.getProperty("braintrust.api-url")).startsWith("http://127.0.0.1:");
		assertThat(environment.getProperty("braintrust.api-key")).isNotEmpty();
		assertThat(environment.getProperty(TELEMETRY_ENDPOINT)).startsWith("http://127.0.0.1:");
		CollectedSpans spans = this.context.getBean(CollectedSpans.class);
		assertThat(spans.hasProjects()).isTrue();
		assertThat(spans.hasTelemetry()).isTrue();
	}

	@Test
	void stopsWithTheApplication() {
		int port = URI.create(initialize(Map.of()).getProperty("braintrust.api-url")).getPort();
		assertThatNoException().isThrownBy(() -> connect(port));
		this.context.close();
		assertThatPortIsFree(port);
	}

	@RepeatedTest(10)
	void stopsAlsoAtOnce() {
		LoopbackServer server = new LoopbackServer().start();
		int port = URI.create(server.url()).getPort();
		server.close();
		assertThatPortIsFree(port);
	}

	@Test
	void leavesTheModelAloneWhereThereIsAKey() {
		ConfigurableEnvironment environment = initialize(Map.of("OPENAI_API_KEY", "key"));
		assertThat(environment.getProperty("spring.ai.openai.base-url")).isNull();
		assertThat(environment.getProperty("spring.ai.openai.api-key")).isNull();
		assertThat(environment.getProperty("braintrust.api-url")).isNotNull();
		assertThat(this.context.getBeanNamesForType(ModelServer.class)).isEmpty();
	}

	@Test
	void leavesBraintrustAloneWhereThereIsAKeyAndStillCollectsTheTelemetry() {
		ConfigurableEnvironment environment = initialize(Map.of("braintrust.api-key", "key"));
		assertThat(environment.getProperty("braintrust.api-url")).isNull();
		assertThat(environment.getProperty("braintrust.api-key")).isEqualTo("key");
		assertThat(environment.getProperty(TELEMETRY_ENDPOINT)).isNotNull();
		CollectedSpans spans = this.context.getBean(CollectedSpans.class);
		assertThat(spans.hasProjects()).isFalse();
		assertThat(spans.hasTelemetry()).isTrue();
	}

	@Test
	void startsNothingWhereAllIsSet() {
		initialize(Map.of("spring.ai.openai.base-url", "http://model", "braintrust.api-url", "http://braintrust",
				TELEMETRY_ENDPOINT, "http://telemetry"));
		assertThat(this.context.getBeanNamesForType(AutoCloseable.class)).isEmpty();
	}

	private static void connect(int port) throws IOException {
		new Socket(InetAddress.getLoopbackAddress(), port).close();
	}

	private static void assertThatPortIsFree(int port) {
		// The JDK's server releases its port shortly after it has stopped.
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(port)));
	}

	private ConfigurableEnvironment initialize(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		this.context.setEnvironment(environment);
		new OfflineServices().initialize(this.context);
		this.context.refresh();
		return environment;
	}

}
