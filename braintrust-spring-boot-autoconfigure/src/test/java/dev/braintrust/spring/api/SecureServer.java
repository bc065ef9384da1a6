package dev.braintrust.spring.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that speaks TLS.
 */
final class SecureServer implements AutoCloseable {

	static final String PASSWORD = "changeit";

	private final List<String> paths = new ArrayList<>();

	private final Set<String> headers = ConcurrentHashMap.newKeySet();

	private final HttpsServer server;

	/**
	 * Create a server.
	 * @param own the store with its key
	 * @param trusted the store with the trusted client certificates, or {@code null}
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

	/**
	 * Create a key with a self-signed certificate for this machine.
	 * @param directory the directory for the file
	 * @param name its name
	 * @return the file with both
	 */
	static Path keyStore(Path directory, String name) throws IOException, InterruptedException {
		Path store = directory.resolve(name + ".p12");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1",
				"-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		return store;
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
			this.headers.addAll(exchange.getRequestHeaders().keySet());
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

	/**
	 * The names of all received headers.
	 * @return the names, each with its first letter in upper case
	 */
	Set<String> headers() {
		return this.headers;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
