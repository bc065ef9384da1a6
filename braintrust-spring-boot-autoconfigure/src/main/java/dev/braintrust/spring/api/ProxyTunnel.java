package dev.braintrust.spring.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;

/**
 * Logs in at an HTTP proxy for HTTPS connections. The JDK's client sends no Basic login
 * when it opens a tunnel, unless a system property allows that for the whole JVM, which
 * is the application's to decide. So the client opens its tunnels here, on the loopback
 * interface, and this asks the proxy for them with the login of the project. All that
 * goes through a tunnel after that is encrypted between the client and the server.
 * <p>
 * Other processes of the machine can connect, too, but do not know the random word that
 * is asked of the client, and get nothing.
 */
final class ProxyTunnel implements Runnable, AutoCloseable {

	static final String LOGIN_HEADER = "Proxy-Authorization";

	private static final int RANDOM_BYTES = 32;

	private final String word = "Braintrust " + word();

	private final String host;

	private final int port;

	private final ProxyLogin login;

	private final Selector selector;

	private final ServerSocketChannel server;

	private final InetSocketAddress address;

	private ProxyTunnel(String host, int port, ProxyLogin login) throws IOException {
		this.host = host;
		this.port = port;
		this.login = login;
		this.selector = Selector.open();
		this.server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		this.server.configureBlocking(false);
		this.server.register(this.selector, SelectionKey.OP_ACCEPT);
		this.address = (InetSocketAddress) this.server.getLocalAddress();
	}

	// Open a way to a proxy. Its thread lives until it is closed.
	static ProxyTunnel open(String host, int port, ProxyLogin login) {
		try {
			ProxyTunnel tunnel = new ProxyTunnel(host, port, login);
			Thread thread = new Thread(null, tunnel, "braintrust-proxy", 0, false);
			thread.setDaemon(true);
			// Without the thread locals the loader would be that of the system.
			thread.setContextClassLoader(ProxyTunnel.class.getClassLoader());
			thread.start();
			return tunnel;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
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

	// What the client is to send as its login, so that it gets a tunnel.
	String login() {
		return this.word;
	}

	// Choose the proxy of a request: this for a tunnel, the proxy itself for others.
	ProxySelector selector(InetSocketAddress proxy) {
		List<Proxy> direct = List.of(new Proxy(Proxy.Type.HTTP, proxy));
		List<Proxy> tunnelled = List.of(new Proxy(Proxy.Type.HTTP, this.address));
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

	@Override
	public void run() {
		try {
			while (this.server.isOpen()) {
				this.selector.select((key) -> {
					if (key.attachment() instanceof TunnelledConnection connection) {
						connection.go(key);
					}
					else {
						accept();
					}
				});
			}
		}
		catch (IOException ex) {
			// Whoever asks for a tunnel is told that there is none.
		}
		finally {
			closeAll();
		}
	}

	private void accept() {
		try {
			SocketChannel client = this.server.accept();
			if (client != null) {
				new TunnelledConnection(client, this.selector, this::request, this.host, this.port);
			}
		}
		catch (IOException ex) {
			// It is accepted later, or not at all.
		}
	}

	private String request(String request) {
		String login = LOGIN_HEADER + ": " + this.word + "\r\n";
		return (request.startsWith("CONNECT ") && request.contains(login))
				? request.replace(login, LOGIN_HEADER + ": " + this.login.header() + "\r\n") : "";
	}

	private void closeAll() {
		try (this.server; this.selector) {
			for (SelectionKey key : this.selector.keys()) {
				key.channel().close();
			}
		}
		catch (IOException ex) {
			// What is not closed is garbage.
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			// Nothing more can be done.
		}
		this.selector.wakeup();
	}

}
