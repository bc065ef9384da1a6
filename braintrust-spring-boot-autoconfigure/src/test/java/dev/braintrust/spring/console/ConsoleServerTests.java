package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.console.ConsoleApplication.Answer;
import dev.braintrust.spring.console.ConsoleApplication.Kind;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of {@link ConsoleServer}, with slow and dead readers.
 */
@Tag("fault")
class ConsoleServerTests {

	private static final int READERS = 12;

	private final List<Socket> sockets = new ArrayList<>();

	private ConsoleApplication application;

	private ConsoleServer server;

	@BeforeEach
	void start() {
		this.application = new ConsoleApplication(Kind.PLAIN);
		this.server = new ConsoleServer(this.application.context().getBean(Console.class), 0, false,
				Duration.ofSeconds(2));
		this.server.start();
	}

	@AfterEach
	void close() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.server.stop();
		this.application.close();
	}

	@Test
	void readersThatNeverFinishTheirRequestHoldNoThreadForEver() throws IOException {
		for (int i = 0; i < READERS; i++) {
			send("GET /braintrust/ HT");
		}
		awaitAnswer();
	}

	@Test
	void readersThatNeverReadHoldNoThreadForEver() throws IOException {
		this.application.tracer().taskSpan("large").input("x".repeat(16_000_000)).call((span) -> "done");
		String path = "/braintrust/api/traces/support/" + this.application.traces().get(0).path("id").asString();
		for (int i = 0; i < READERS; i++) {
			send("GET " + path + "/rows HTTP/1.1\r\nHost: localhost\r\n\r\n");
		}
		awaitAnswer();
	}

	private Socket send(String text) throws IOException {
		Socket socket = new Socket();
		this.sockets.add(socket);
		socket.setReceiveBufferSize(4096);
		Integer port = this.server.port();
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), (port != null) ? port : 0));
		socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
		return socket;
	}

	// Retry, because a request may time out on a busy machine.
	private void awaitAnswer() {
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.ignoreExceptions()
			.until(() -> Answer
				.read(send("GET /braintrust/icon.svg HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
					.getInputStream())
				.status() == 200);
	}

}
