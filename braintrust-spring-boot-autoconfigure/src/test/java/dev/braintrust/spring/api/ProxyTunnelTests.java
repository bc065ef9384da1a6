package dev.braintrust.spring.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link ProxyTunnel}.
 */
class ProxyTunnelTests {

	private static final int LONG_MILLIS = 20_000;

	private final ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

	private final ProxyTunnel tunnel = ProxyTunnel.open("127.0.0.1", this.proxy.getLocalPort(),
			new ProxyLogin("anna", "s3cret"));

	ProxyTunnelTests() throws IOException {
		this.proxy.setSoTimeout(LONG_MILLIS);
	}

	@AfterEach
	void close() throws IOException {
		this.tunnel.close();
		this.proxy.close();
	}

	@Test
	void whoDoesNotKnowTheWordGetsNothing() throws IOException {
		try (Socket client = connect("Braintrust 0")) {
			assertThat(client.getInputStream().readAllBytes()).isEmpty();
		}
		try (Socket client = connect(this.tunnel.login()); Socket asked = accept()) {
			byte[] head = asked.getInputStream().readNBytes("CONNECT a:443 HTTP/1.1\r\n".length());
			assertThat(head).asString(StandardCharsets.ISO_8859_1).isEqualTo("CONNECT a:443 HTTP/1.1\r\n");
		}
	}

	@Test
	void sideThatHasSaidAllStillListens() throws IOException {
		try (Socket client = connect(this.tunnel.login()); Socket asked = accept()) {
			client.shutdownOutput();
			assertThat(asked.getInputStream().readAllBytes()).asString(StandardCharsets.ISO_8859_1)
				.endsWith("Proxy-Authorization: " + new ProxyLogin("anna", "s3cret").header() + "\r\n\r\n");
			asked.getOutputStream().write(new byte[100_000]);
			asked.shutdownOutput();
			assertThat(client.getInputStream().readAllBytes()).hasSize(100_000);
		}
	}

	@Test
	void closeEndsWhatIsOpen() throws IOException {
		try (Socket client = connect(this.tunnel.login()); Socket asked = accept()) {
			asked.getOutputStream().write(1);
			assertThat(client.getInputStream().read()).isEqualTo(1);
			this.tunnel.close();
			assertThat(client.getInputStream().read()).isEqualTo(-1);
		}
	}

	@Test
	@Tag("fault")
	void proxyThatSaysNothingHoldsNoConnectionOfAClientThatIsGone() throws IOException {
		Set<Thread> before = threads();
		try (Socket client = connect(this.tunnel.login()); Socket asked = accept()) {
			client.close();
			asked.getInputStream().readAllBytes();
			await().until(() -> before.containsAll(threads()));
		}
	}

	@Test
	void manyConnectionsAreOpenAtOneTime() throws IOException {
		List<Socket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < 150; i++) {
				Socket client = connect(this.tunnel.login());
				sockets.add(client);
				Socket asked = accept();
				sockets.add(asked);
				asked.getOutputStream().write(i);
				assertThat(client.getInputStream().read()).isEqualTo(i & 0xFF);
			}
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
	}

	@Test
	void errorOfOneConnectionIsNotTheEndOfTheOthers() throws IOException {
		AtomicInteger tasks = new AtomicInteger();
		try (ProxyTunnel other = ProxyTunnel.open("127.0.0.1", this.proxy.getLocalPort(),
				new ProxyLogin("anna", "s3cret"), new Threads((task) -> {
					if (tasks.incrementAndGet() == 2) {
						throw new InternalError("for a test");
					}
					new Thread(task).start();
				}))) {
			try (Socket refused = connect(other, other.login())) {
				assertThat(refused.getInputStream().read()).isEqualTo(-1);
			}
			try (Socket client = connect(other, other.login()); Socket asked = accept()) {
				asked.getOutputStream().write(1);
				assertThat(client.getInputStream().read()).isEqualTo(1);
			}
		}
	}

	@Test
	void tunnelWithoutAThreadListensNoLonger() {
		AtomicReference<Runnable> acceptor = new AtomicReference<>();
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> ProxyTunnel.open("127.0.0.1", 1, new ProxyLogin("anna", "s3cret"), new Threads((task) -> {
				acceptor.set(task);
				throw new OutOfMemoryError("for a test");
			})));
		// The acceptor waits for connections as long as the port is open.
		assertThat(CompletableFuture.runAsync(acceptor.get())).succeedsWithin(Duration.ofMinutes(1));
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("braintrust-proxy"))
			.collect(Collectors.toSet());
	}

	private Socket accept() throws IOException {
		Socket asked = this.proxy.accept();
		asked.setSoTimeout(LONG_MILLIS);
		return asked;
	}

	private Socket connect(String word) throws IOException {
		return connect(this.tunnel, word);
	}

	private static Socket connect(ProxyTunnel to, String word) throws IOException {
		ProxySelector selector = to.selector(new InetSocketAddress("127.0.0.1", 1));
		InetSocketAddress address = (InetSocketAddress) selector.select(URI.create("https://a")).get(0).address();
		Socket client = new Socket(address.getAddress(), address.getPort());
		client.setSoTimeout(LONG_MILLIS);
		client.getOutputStream()
			.write(("CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: " + word + "\r\n\r\n")
				.getBytes(StandardCharsets.ISO_8859_1));
		return client;
	}

	/**
	 * An executor whose tasks the test runs, or not.
	 */
	private static final class Threads extends AbstractExecutorService {

		private final Executor executor;

		Threads(Executor executor) {
			this.executor = executor;
		}

		@Override
		public void execute(Runnable task) {
			this.executor.execute(task);
		}

		@Override
		public void shutdown() {
		}

		@Override
		public List<Runnable> shutdownNow() {
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return false;
		}

	}

}
