package dev.braintrust.spring.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

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

	private Socket accept() throws IOException {
		Socket asked = this.proxy.accept();
		asked.setSoTimeout(LONG_MILLIS);
		return asked;
	}

	private Socket connect(String word) throws IOException {
		ProxySelector selector = this.tunnel.selector(new InetSocketAddress("127.0.0.1", 1));
		InetSocketAddress address = (InetSocketAddress) selector.select(URI.create("https://a")).get(0).address();
		Socket client = new Socket(address.getAddress(), address.getPort());
		client.setSoTimeout(LONG_MILLIS);
		client.getOutputStream()
			.write(("CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: " + word + "\r\n\r\n")
				.getBytes(StandardCharsets.ISO_8859_1));
		return client;
	}

}
