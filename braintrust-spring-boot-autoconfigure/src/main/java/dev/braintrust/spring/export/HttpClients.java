package dev.braintrust.spring.export;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLParameters;

import dev.braintrust.spring.properties.DeclaredProjects;
import dev.braintrust.spring.properties.InvalidBraintrustPropertyException;
import dev.braintrust.spring.properties.ProjectSettings;
import dev.braintrust.spring.properties.ProjectSettings.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.Assert;

/**
 * The HTTP clients of all projects: one for all that connect in the same way, made on
 * first use. Redirects are not followed: the API key goes to no other host.
 */
public final class HttpClients {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private final Map<Connection, HttpClient> clients = new HashMap<>();

	private final Set<String> watched = new HashSet<>();

	private final @Nullable SslBundles bundles;

	/**
	 * Create clients.
	 * @param bundles the SSL bundles of the application, {@code null} where it has none
	 */
	public HttpClients(@Nullable SslBundles bundles) {
		this.bundles = bundles;
	}

	/**
	 * Create clients for projects.
	 * @param projects the projects
	 * @param bundles the SSL bundles of the application, {@code null} where it has none
	 * @return the clients
	 * @throws InvalidBraintrustPropertyException if a project names a bundle that does
	 * not exist
	 */
	public static HttpClients of(DeclaredProjects projects, @Nullable SslBundles bundles) {
		List<String> names = (bundles != null) ? bundles.getBundleNames() : List.of();
		for (ProjectSettings project : projects.all()) {
			String name = project.export().connection().sslBundle();
			if (project.isOn() && name != null && !names.contains(name)) {
				throw new InvalidBraintrustPropertyException(
						"braintrust.projects." + project.key() + ".export.ssl.bundle",
						"names the SSL bundle '" + name + "', by itself or by 'braintrust.export.ssl.bundle', which "
								+ "does not exist",
						"Define it under 'spring.ssl.bundle.pem." + name + "' or 'spring.ssl.bundle.jks." + name
								+ "'. There " + (names.isEmpty() ? "are no bundles." : "are: " + names + "."));
			}
		}
		return new HttpClients(bundles);
	}

	/**
	 * The client for a way to connect.
	 * @param connection the way
	 * @param executor runs what the client does in the background
	 * @return the client
	 */
	public synchronized HttpClient get(Connection connection, Executor executor) {
		HttpClient client = this.clients.get(connection);
		if (client == null) {
			client = client(connection, executor);
			this.clients.put(connection, client);
		}
		return client;
	}

	private HttpClient client(Connection connection, Executor executor) {
		HttpClient.Builder client = HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.version(HttpClient.Version.HTTP_1_1)
			.executor(executor);
		if (connection.proxyHost() != null) {
			client.proxy(ProxySelector
				.of(InetSocketAddress.createUnresolved(connection.proxyHost(), connection.proxyPort())));
		}
		if (connection.sslBundle() != null) {
			secure(client, connection.sslBundle());
		}
		return client.build();
	}

	private void secure(HttpClient.Builder client, String name) {
		Assert.state(this.bundles != null, "There are no SSL bundles");
		watch(this.bundles, name);
		SslBundle bundle = this.bundles.getBundle(name);
		client.sslContext(bundle.createSslContext());
		SslOptions options = bundle.getOptions();
		if (options.isSpecified()) {
			SSLParameters parameters = new SSLParameters();
			parameters.setCipherSuites(options.getCiphers());
			parameters.setProtocols(options.getEnabledProtocols());
			client.sslParameters(parameters);
		}
	}

	// A bundle that is renewed makes a new client; requests under way end with the old
	// one.
	private void watch(SslBundles bundles, String name) {
		if (this.watched.add(name)) {
			bundles.addBundleUpdateHandler(name, (renewed) -> renewed(name));
		}
	}

	private synchronized void renewed(String bundle) {
		this.clients.keySet().removeIf((way) -> bundle.equals(way.sslBundle()));
	}

	/**
	 * Let all clients go. Their own threads end when they are no longer reachable.
	 */
	public synchronized void clear() {
		this.clients.clear();
	}

}
