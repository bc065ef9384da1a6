package dev.braintrust.spring.api;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLParameters;

import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.Connection;
import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.Assert;

/**
 * The HTTP clients of all projects. Projects that connect in the same way share a client,
 * which is created on first use. Redirects are not followed, so that the API key goes to
 * no other host.
 */
public final class HttpClients {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private static final int PROXY_LOGIN_REQUIRED = 407;

	private final Map<Connection, CompletableFuture<HttpClient>> clients = new HashMap<>();

	private final List<Thread> selectors = new ArrayList<>();

	private final Map<Connection, ProxyTunnel> tunnels = new ConcurrentHashMap<>();

	private final Set<String> watched = ConcurrentHashMap.newKeySet();

	private final @Nullable SslBundles bundles;

	private boolean closed;

	public HttpClients(@Nullable SslBundles bundles) {
		this.bundles = bundles;
	}

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

	public CompletableFuture<?> send(Connection connection, HttpRequest request, BodyHandler<byte[]> handler,
			Executor executor) {
		CompletableFuture<HttpResponse<byte[]>> exchange = get(connection, executor)
			.sendAsync(authorized(connection, request), handler);
		// The client does not pass the answer of a proxy that refuses a tunnel to
		// the handler.
		exchange.thenAccept((response) -> {
			if (response.statusCode() == PROXY_LOGIN_REQUIRED && response.body() == null) {
				executor.execute(() -> refused(response, handler));
			}
		});
		return exchange;
	}

	private static void refused(HttpResponse<byte[]> response, BodyHandler<byte[]> handler) {
		BodySubscriber<byte[]> body = handler
			.apply(new Refusal(response.statusCode(), response.headers(), response.version()));
		body.onComplete();
	}

	private synchronized HttpRequest authorized(Connection connection, HttpRequest request) {
		ProxyLogin login = connection.proxyLogin();
		if (login == null) {
			return request;
		}
		ProxyTunnel tunnel = this.tunnels.get(connection);
		String value = (tunnel != null && ProxyTunnel.isNeeded(request.uri())) ? tunnel.login() : login.header();
		return HttpRequest.newBuilder(request, (name, text) -> true).setHeader(ProxyTunnel.LOGIN_HEADER, value).build();
	}

	// SSL bundles belong to the application and may hang. So a client is created without
	// a lock, and a thread of the executor waits for it only as long as for a connection.
	private HttpClient get(Connection connection, Executor executor) {
		CompletableFuture<HttpClient> client;
		synchronized (this) {
			Assert.state(!this.closed, "closed");
			client = this.clients.computeIfAbsent(connection, (way) -> make(way, executor));
		}
		try {
			return client.get(CONNECT_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			// The next request tries again.
			remove(connection, client);
			throw new CompletionException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("closed", ex);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("There is no client yet", ex);
		}
	}

	private synchronized void remove(Connection connection, CompletableFuture<HttpClient> client) {
		this.clients.remove(connection, client);
	}

	// The thread of a client ends some time after the client is garbage-collected, and
	// before JDK 21 no method closes a client. An interrupt ends the thread and its
	// connections immediately. To find the thread, each client is created in its own
	// thread group.
	@SuppressWarnings({ "deprecation", "removal" })
	private CompletableFuture<HttpClient> make(Connection connection, Executor executor) {
		ThreadGroup group = new ThreadGroup("braintrust-client");
		// Otherwise the group is never removed, up to JDK 18.
		group.setDaemon(true);
		CompletableFuture<HttpClient> made = new CompletableFuture<>();
		Thread maker = new Thread(group, () -> {
			try {
				HttpClient client = client(connection, executor);
				Thread[] threads = new Thread[group.activeCount() + 1];
				group.enumerate(threads);
				made(Stream.of(threads)
					.filter((thread) -> thread != null && thread != Thread.currentThread())
					.toList());
				made.complete(client);
			}
			catch (RuntimeException | Error ex) {
				made(List.of());
				made.completeExceptionally(ex);
			}
		}, "braintrust-client", 0, false);
		maker.setDaemon(true);
		maker.setContextClassLoader(HttpClients.class.getClassLoader());
		maker.start();
		this.selectors.add(maker);
		return made;
	}

	// If the clients are closed already, end a client that was created late.
	private synchronized void made(List<Thread> selectors) {
		this.selectors.removeIf((thread) -> !thread.isAlive());
		this.selectors.addAll(selectors);
		if (this.closed) {
			close();
		}
	}

	private HttpClient client(Connection connection, Executor executor) {
		HttpClient.Builder client = HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.version(HttpClient.Version.HTTP_1_1)
			.executor(executor);
		if (connection.proxyHost() != null) {
			InetSocketAddress proxy = InetSocketAddress.createUnresolved(connection.proxyHost(),
					connection.proxyPort());
			client.proxy((connection.proxyLogin() != null) ? tunnel(connection, connection.proxyLogin()).selector(proxy)
					: ProxySelector.of(proxy));
		}
		if (connection.sslBundle() != null) {
			secure(client, connection.sslBundle());
		}
		return client.build();
	}

	private ProxyTunnel tunnel(Connection connection, ProxyLogin login) {
		return this.tunnels.computeIfAbsent(connection,
				(way) -> ProxyTunnel.open(String.valueOf(way.proxyHost()), way.proxyPort(), login));
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

	// After a bundle is renewed, the next request gets a new client. Requests in flight
	// end with the old one.
	private void watch(SslBundles bundles, String name) {
		if (this.watched.add(name)) {
			bundles.addBundleUpdateHandler(name, (renewed) -> renewed(name));
		}
	}

	private synchronized void renewed(String bundle) {
		this.clients.keySet().removeIf((way) -> bundle.equals(way.sslBundle()));
	}

	// Drop all clients, and end their threads and connections. A late request gets no
	// client, since its thread would never end.
	public synchronized void close() {
		this.closed = true;
		this.clients.clear();
		this.selectors.forEach(Thread::interrupt);
		this.selectors.clear();
		this.tunnels.values().forEach(ProxyTunnel::close);
		this.tunnels.clear();
	}

	// The answer of a proxy that refuses a tunnel.
	private record Refusal(int statusCode, HttpHeaders headers,
			HttpClient.Version version) implements HttpResponse.ResponseInfo {
	}

}
