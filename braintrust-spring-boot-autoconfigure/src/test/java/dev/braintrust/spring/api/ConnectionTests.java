package dev.braintrust.spring.api;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.trace.SpanDestination;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of connections: other endpoints, headers, proxies, and TLS with SSL bundles.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("fault")
class ConnectionTests {

	private static final String PASSWORD = SecureServer.PASSWORD;

	private static final Duration LONG = Duration.ofMinutes(1);

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.id=s-1", "braintrust.export.shutdown-timeout=100ms");

	@Test
	void endpointOfTheUserGetsTheHeadersThatAreGivenAndNoKey() {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			this.runner.withPropertyValues("braintrust.api-key=sk-test",
					"braintrust.export.endpoint=" + receiver.url() + "/v1/traces?tenant=a",
					"braintrust.export.headers.Authorization=Basic abc", "braintrust.export.headers.X-Tenant=shared",
					"braintrust.projects.support.export.headers.x-tenant=own")
				.run((context) -> assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isTrue());
			OtlpReceiver.Request request = receiver.requests().get(0);
			assertThat(request.path()).isEqualTo("/v1/traces");
			assertThat(request.authorization()).isEqualTo("Basic abc");
			assertThat(request.parent()).isEqualTo("project_id:s-1");
		}
	}

	@Test
	void endpointOfTheUserNeedsNoApiKey(CapturedOutput output) {
		String host;
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			host = receiver.url().substring("http://".length());
			this.runner
				.withPropertyValues("braintrust.projects.support.export.endpoint=" + receiver.url() + "/v1/traces",
						"braintrust.strict=true")
				.run((context) -> assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isTrue());
			assertThat(receiver.requests().get(0).authorization()).isNull();
		}
		await().untilAsserted(
				() -> assertThat(output).contains("Braintrust projects: support (project_id:s-1 at " + host + ")"));
	}

	@Test
	void refusalByAnEndpointOfTheUserNamesItsProperties(CapturedOutput output) {
		try (OtlpReceiver receiver = new OtlpReceiver().answering(401, 404)) {
			this.runner.withPropertyValues("braintrust.export.endpoint=" + receiver.url() + "/v1/traces")
				.run((context) -> {
					send(context.getBean(BraintrustProjects.class), LONG);
					send(context.getBean(BraintrustProjects.class), LONG);
				});
		}
		await().untilAsserted(() -> assertThat(output)
			.contains("Check 'braintrust.projects.support.export.headers', or 'braintrust.export.headers'")
			.contains("Check 'braintrust.projects.support.export.endpoint', or 'braintrust.export.endpoint'"));
	}

	@Test
	void requestsGoThroughTheProxy() {
		try (OtlpReceiver proxy = new OtlpReceiver()) {
			int port = URI.create(proxy.url()).getPort();
			this.runner
				.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=http://braintrust.invalid",
						"braintrust.allow-plain-http=true", "braintrust.export.compression=none",
						"braintrust.export.proxy.host=127.0.0.1", "braintrust.export.proxy.port=" + port)
				.run((context) -> assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isTrue());
			assertThat(proxy.spans()).hasSize(1);
		}
	}

	@Test
	void loginIsToldToTheProxyForATunnelAndToNoOther() throws Exception {
		Path store = keyStore("server");
		try (SecureServer server = new SecureServer(store, null);
				LoginProxy proxy = new LoginProxy("anna", "s3cret:ü")) {
			secure(proxy.port(), server, store)
				.withPropertyValues("braintrust.export.proxy.username=anna",
						"braintrust.export.proxy.password=s3cret:ü", "braintrust.export.max-request-size=64KB")
				.run((context) -> {
					BraintrustProjects projects = context.getBean(BraintrustProjects.class);
					assertThat(send(projects, LONG)).isTrue();
					for (int i = 0; i < 20; i++) {
						projects.tracer("support").taskSpan("task").input("x".repeat(200_000)).run((span) -> {
						});
					}
					assertThat(projects.flush(LONG)).isTrue();
				});
			assertThat(server.paths()).hasSizeGreaterThan(20).containsOnly("/otel/v1/traces");
			assertThat(server.headers()).isNotEmpty().doesNotContain("Proxy-authorization");
			assertThat(proxy.accepted()).isNotEmpty().allMatch((line) -> line.startsWith("CONNECT 127.0.0.1:"));
			assertThat(proxy.refused()).isEmpty();
		}
		await().until(() -> Thread.getAllStackTraces().keySet(),
				(threads) -> threads.stream().noneMatch((thread) -> thread.getName().equals("braintrust-proxy")));
	}

	@Test
	void loginIsToldToTheProxyWithoutATunnel() {
		try (LoginProxy proxy = new LoginProxy("anna", "s3cret")) {
			this.runner
				.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=http://braintrust.invalid",
						"braintrust.allow-plain-http=true", "braintrust.export.proxy.host=127.0.0.1",
						"braintrust.export.proxy.port=" + proxy.port(),
						"braintrust.projects.support.export.proxy.username=anna",
						"braintrust.projects.support.export.proxy.password=s3cret")
				.run((context) -> assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isTrue());
			assertThat(proxy.accepted()).hasSize(1);
		}
	}

	@Test
	void proxyThatRefusesATunnelIsToldAtOnce(CapturedOutput output) throws Exception {
		Path store = keyStore("server");
		try (SecureServer server = new SecureServer(store, null); LoginProxy proxy = new LoginProxy("anna", "s3cret")) {
			secure(proxy.port(), server, store).run((context) -> assertRefusedByProxy(context, output));
			secure(proxy.port(), server, store)
				.withPropertyValues("braintrust.export.proxy.username=anna",
						"braintrust.export.proxy.password=wr0ng-one")
				.run((context) -> assertRefusedByProxy(context, output));
			assertThat(server.paths()).isEmpty();
			assertThat(proxy.refused()).hasSize(2);
		}
		assertThat(output).doesNotContain("wr0ng-one").doesNotContain("TimeoutException");
	}

	private static void assertRefusedByProxy(ApplicationContext context, CapturedOutput output) {
		long before = System.nanoTime();
		assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG);
		assertThat(context.getBean(SpanDestination.class).pipeline().status("support").lost())
			.containsExactly(Map.entry(LossReason.REFUSED, 1L));
		await().untilAsserted(() -> assertThat(output)
			.contains("are refused by the proxy on the way to https://127.0.0.1:")
			.contains(" with status 407 and are lost. Set 'braintrust.projects.support.export.proxy.username' and "
					+ "'.password', or 'braintrust.export.proxy.username' and '.password', to a login that the proxy "
					+ "accepts."));
	}

	@Test
	void tunnelOfAProxyThatIsAwayIsOneThatMayComeBack() throws Exception {
		Path store = keyStore("server");
		try (SecureServer server = new SecureServer(store, null)) {
			// No server listens on this port.
			secure(1, server, store)
				.withPropertyValues("braintrust.export.proxy.username=anna", "braintrust.export.proxy.password=s3cret")
				.run((context) -> {
					assertThat(send(context.getBean(BraintrustProjects.class), Duration.ofSeconds(1))).isFalse();
					assertThat(context.getBean(SpanDestination.class).pipeline().status("support").totalLost())
						.isZero();
				});
		}
	}

	private ApplicationContextRunner secure(int proxy, SecureServer server, Path store) {
		return this.runner.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + server.url(),
				"braintrust.export.timeout=10m", "braintrust.export.ssl.bundle=ours",
				"spring.ssl.bundle.jks.ours.truststore.location=file:" + store,
				"spring.ssl.bundle.jks.ours.truststore.password=" + PASSWORD, "braintrust.export.proxy.host=127.0.0.1",
				"braintrust.export.proxy.port=" + proxy);
	}

	@Test
	void certificateThatIsNotTrustedIsSaidAndHarmsNothing(CapturedOutput output) throws Exception {
		try (SecureServer server = new SecureServer(keyStore("server"), null)) {
			this.runner.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + server.url())
				.run((context) -> {
					assertThat(send(context.getBean(BraintrustProjects.class), Duration.ofMillis(500))).isFalse();
					await().untilAsserted(() -> assertThat(output).contains("(SSLHandshakeException)"));
				});
			assertThat(server.paths()).isEmpty();
		}
		await().untilAsserted(() -> assertThat(output)
			.contains("at the moment (SSLHandshakeException). They are kept and sent again.")
			.doesNotContain("sk-test"));
	}

	@Test
	void bundleSaysWhomToTrustAndWhoWeAre() throws Exception {
		Path serverStore = keyStore("server");
		Path clientStore = keyStore("client");
		try (SecureServer server = new SecureServer(serverStore, clientStore)) {
			this.runner
				.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + server.url(),
						"braintrust.projects.support.export.ssl.bundle=mutual",
						"spring.ssl.bundle.jks.mutual.truststore.location=file:" + serverStore,
						"spring.ssl.bundle.jks.mutual.truststore.password=" + PASSWORD,
						"spring.ssl.bundle.jks.mutual.keystore.location=file:" + clientStore,
						"spring.ssl.bundle.jks.mutual.keystore.password=" + PASSWORD)
				.run((context) -> assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isTrue());
			assertThat(server.paths()).containsExactly("/otel/v1/traces");
		}
	}

	@Test
	void bundleThatIsRenewedIsUsedFromThenOn() throws Exception {
		Path old = keyStore("old");
		Path renewed = keyStore("renewed");
		try (SecureServer server = new SecureServer(renewed, null)) {
			this.runner.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + server.url(),
					"braintrust.export.ssl.bundle=ours", "spring.ssl.bundle.jks.ours.truststore.location=file:" + old,
					"spring.ssl.bundle.jks.ours.truststore.password=" + PASSWORD)
				.run((context) -> {
					BraintrustProjects projects = context.getBean(BraintrustProjects.class);
					assertThat(send(projects, Duration.ofMillis(500))).isFalse();
					JksSslStoreDetails store = JksSslStoreDetails.forLocation("file:" + renewed).withPassword(PASSWORD);
					context.getBean(SslBundleRegistry.class)
						.updateBundle("ours", SslBundle.of(new JksSslStoreBundle(null, store)));
					assertThat(projects.flush(LONG)).isTrue();
				});
			assertThat(server.paths()).containsExactly("/otel/v1/traces");
		}
	}

	@Test
	void bundleThatDoesNotExistFailsTheStart() {
		this.runner.withPropertyValues("braintrust.api-key=sk-test", "braintrust.export.ssl.bundle=missing")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("braintrust.projects.support.export.ssl.bundle")
				.hasMessageContaining("names the SSL bundle 'missing'"));
	}

	private static boolean send(BraintrustProjects projects, Duration timeout) {
		projects.tracer("support").taskSpan("task").run((span) -> {
		});
		return projects.flush(timeout);
	}

	private Path keyStore(String name) throws IOException, InterruptedException {
		return SecureServer.keyStore(this.directory, name);
	}

}
