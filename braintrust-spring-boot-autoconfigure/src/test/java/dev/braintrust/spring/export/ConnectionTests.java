package dev.braintrust.spring.export;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.project.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the ways to connect: other endpoints, headers, proxies, and TLS by SSL
 * bundles.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionTests {

	private static final String PASSWORD = "changeit";

	private static final Duration LONG = Duration.ofSeconds(20);

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
		assertThat(output).contains("Braintrust projects: support (project_id:s-1 at " + host + ")");
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
		assertThat(output)
			.contains("Check 'braintrust.projects.support.export.headers', or 'braintrust.export.headers'")
			.contains("Check 'braintrust.projects.support.export.endpoint', or 'braintrust.export.endpoint'");
	}

	@Test
	void requestsGoThroughTheProxy() {
		try (OtlpReceiver proxy = new OtlpReceiver()) {
			int port = URI.create(proxy.url()).getPort();
			this.runner
				.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=http://braintrust.invalid",
						"braintrust.export.compression=none", "braintrust.export.proxy.host=127.0.0.1",
						"braintrust.export.proxy.port=" + port)
				.run((context) -> assertThat(send(context.getBean(BraintrustProjects.class), LONG)).isTrue());
			assertThat(proxy.spans()).hasSize(1);
		}
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
		assertThat(output).contains("at the moment (SSLHandshakeException). They are kept and sent again.")
			.doesNotContain("sk-test");
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
		Path store = this.directory.resolve(name + ".p12");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1",
				"-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		return store;
	}

	/**
	 * A server that speaks TLS.
	 */
	private static final class SecureServer implements AutoCloseable {

		private final List<String> paths = new ArrayList<>();

		private final HttpsServer server;

		/**
		 * Create a server.
		 * @param own the store with its key
		 * @param trusted the store with those of the clients it wants to see, or
		 * {@code null}
		 */
		SecureServer(Path own, Path trusted) throws IOException, GeneralSecurityException {
			SSLContext context = SSLContext.getInstance("TLS");
			KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			keys.init(load(own), PASSWORD.toCharArray());
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init((trusted != null) ? load(trusted) : null);
			context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
			this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
			this.server.setHttpsConfigurator(new HttpsConfigurator(context) {

				@Override
				public void configure(HttpsParameters params) {
					SSLParameters parameters = context.getDefaultSSLParameters();
					parameters.setNeedClientAuth(trusted != null);
					params.setSSLParameters(parameters);
				}

			});
			this.server.createContext("/", this::handle);
			this.server.start();
		}

		private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			try (InputStream input = Files.newInputStream(store)) {
				keyStore.load(input, PASSWORD.toCharArray());
			}
			return keyStore;
		}

		private void handle(HttpExchange exchange) throws IOException {
			try (exchange) {
				exchange.getRequestBody().readAllBytes();
				this.paths.add(exchange.getRequestURI().getPath());
				exchange.sendResponseHeaders(200, -1);
			}
		}

		String url() {
			return "https://127.0.0.1:" + this.server.getAddress().getPort();
		}

		List<String> paths() {
			return this.paths;
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

}
