package dev.braintrust.spring.api;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;

/**
 * Logs in to an HTTP proxy for HTTPS connections. The JDK's client sends no Basic login
 * when it opens a tunnel, unless a system property allows it for the whole JVM, which
 * only the application may decide. So the client opens its tunnels here, on the loopback
 * interface, and this class asks the proxy for them with the project's login. After that,
 * all data in a tunnel is encrypted between the client and the server.
 * <p>
 * Other processes of the machine can connect too. They do not know the random word that
 * the client must send, so they get no tunnel.
 */
final class ProxyTunnel implements AutoCloseable {

	static final String LOGIN_HEADER = "Proxy-Authorization";

	private static final int RANDOM_BYTES = 32;

	private static final int MAX_HEAD = 16 * 1024;

	private static final int TIMEOUT_MILLIS = 5000;

	// How long a proxy may continue after its client has finished.
	private static final int REST_MILLIS = 10_000;

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	// Each connection needs two threads, and one thread accepts connections. Each of many
	// projects may have some connections.
	private static final int MAX_THREADS = 4096;

	private static final byte[] NO_PROXY = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
		.getBytes(StandardCharsets.ISO_8859_1);

	private final String word = "Braintrust " + word();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final String host;

	private final int port;

	private final ProxyLogin login;

	private final ServerSocket server;

	private final ExecutorService threads;

	private ProxyTunnel(String host, int port, ProxyLogin login, ExecutorService threads) throws IOException {
		this.host = host;
		this.port = port;
		this.login = login;
		this.threads = threads;
		this.server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
	}

	// Open a tunnel to a proxy. Its thread lives until the tunnel is closed.
	static ProxyTunnel open(String host, int port, ProxyLogin login) {
		return open(host, port, login, BackgroundThreads.asNeeded("braintrust-proxy", MAX_THREADS));
	}

	static ProxyTunnel open(String host, int port, ProxyLogin login, ExecutorService threads) {
		ProxyTunnel tunnel = null;
		try {
			tunnel = new ProxyTunnel(host, port, login, threads);
			threads.execute(tunnel::accept);
			return tunnel;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (RuntimeException | Error ex) {
			// No thread can be started.
			if (tunnel != null) {
				tunnel.close();
			}
			throw ex;
		}
	}

	private static String word() {
		byte[] bytes = new byte[RANDOM_BYTES];
		new SecureRandom().nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

	static boolean isNeeded(URI uri) {
		return "https".equalsIgnoreCase(uri.getScheme());
	}

	// Return the login that the client must send to get a tunnel.
	String login() {
		return this.word;
	}

	// Choose this tunnel for HTTPS requests, and the proxy itself for others.
	ProxySelector selector(InetSocketAddress proxy) {
		List<Proxy> direct = List.of(new Proxy(Proxy.Type.HTTP, proxy));
		List<Proxy> tunnelled = List.of(new Proxy(Proxy.Type.HTTP, this.server.getLocalSocketAddress()));
		return new ProxySelector() {

			@Override
			public List<Proxy> select(URI uri) {
				return isNeeded(uri) ? tunnelled : direct;
			}

			@Override
			public void connectFailed(URI uri, SocketAddress address, IOException failure) {
			}

		};
	}

	private void accept() {
		while (!this.server.isClosed()) {
			Socket client = null;
			try {
				client = this.server.accept();
				Socket accepted = client;
				this.threads.execute(() -> serve(accepted));
			}
			catch (Throwable ex) {
				// The tunnel is closed, the client has gone, or threads, files or memory
				// are exhausted. Later connections must still be accepted, so not even an
				// Error may end this thread.
				if (client != null) {
					close(client);
				}
				LockSupport.parkNanos(PAUSE);
			}
		}
	}

	private void serve(Socket client) {
		Socket proxy = new Socket();
		this.sockets.addAll(List.of(client, proxy));
		try (client; proxy) {
			// A process that sends nothing must not keep a thread for long.
			client.setSoTimeout(TIMEOUT_MILLIS);
			String request = request(client.getInputStream());
			client.setSoTimeout(0);
			if (request.isEmpty() || this.server.isClosed()) {
				return;
			}
			try {
				proxy.connect(new InetSocketAddress(this.host, this.port), TIMEOUT_MILLIS);
			}
			catch (IOException ex) {
				client.getOutputStream().write(NO_PROXY);
				return;
			}
			proxy.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			CompletableFuture<Void> answers = CompletableFuture.runAsync(() -> move(proxy, client), this.threads);
			move(client, proxy);
			// The client has gone, which a proxy may not notice.
			answers.get(REST_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (Throwable ex) {
			// The client sees that its tunnel has ended, and reports it. An uncaught
			// Error of one connection would only be printed by the pool.
		}
		finally {
			this.sockets.removeAll(Set.of(client, proxy));
		}
	}

	// Return the request for a tunnel with the project's login, or an empty text if the
	// client does not know the word.
	private String request(InputStream input) throws IOException {
		byte[] bytes = new byte[MAX_HEAD];
		String head = "";
		int length = 0;
		while (!head.endsWith("\r\n\r\n")) {
			int count = input.read(bytes, length, bytes.length - length);
			if (count <= 0) {
				return "";
			}
			length += count;
			head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
		}
		String login = LOGIN_HEADER + ": " + this.word + "\r\n";
		return (head.startsWith("CONNECT ") && head.contains(login))
				? head.replace(login, LOGIN_HEADER + ": " + this.login.header() + "\r\n") : "";
	}

	// A side that has finished sending may still receive. If one side fails, close both.
	private static void move(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
			to.shutdownOutput();
		}
		catch (IOException ex) {
			close(from);
			close(to);
		}
	}

	private static void close(Closeable socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// Nothing more can be done.
		}
	}

	@Override
	public void close() {
		close(this.server);
		this.sockets.forEach(ProxyTunnel::close);
		this.threads.shutdownNow();
	}

}
