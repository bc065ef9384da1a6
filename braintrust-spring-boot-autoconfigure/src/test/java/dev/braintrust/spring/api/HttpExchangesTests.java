package dev.braintrust.spring.api;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.braintrust.spring.settings.ProjectSettings.Connection;
import dev.braintrust.spring.support.OtlpReceiver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.ssl.SslBundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link HttpExchanges}.
 */
class HttpExchangesTests {

	private static final Connection DIRECT = new Connection(null, null, 0, null);

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Duration SHORT = Duration.ofMillis(200);

	@Test
	void answerComesOnAThreadOfTheClient() {
		try (OtlpReceiver receiver = new OtlpReceiver().hanging(); HttpExchanges exchanges = exchanges()) {
			CompletableFuture<String> thread = exchanges.send(DIRECT, request(receiver.url()), LONG)
				.thenApply((reply) -> Thread.currentThread().getName());
			receiver.release();
			assertThat(thread.join()).isEqualTo("braintrust-test-client");
		}
	}

	@Test
	void requestThatIsNotAnsweredInTimeFailsOnAThreadThatIsNotOfTheJvm() {
		try (OtlpReceiver receiver = new OtlpReceiver().hanging(); HttpExchanges exchanges = exchanges()) {
			AtomicInteger clock = new AtomicInteger();
			Reply reply = exchanges.send(DIRECT, request(receiver.url()), SHORT).whenComplete((ended, none) -> {
				if (Thread.currentThread().getName().equals("braintrust-test-clock")) {
					clock.incrementAndGet();
				}
			}).join();
			assertThat(reply.failure()).isInstanceOf(TimeoutException.class);
			assertThat(reply.mayPass()).isTrue();
			assertThat(reply).hasToString("TimeoutException");
			await().untilAsserted(() -> assertThat(clock).hasValue(1));
		}
	}

	@Test
	void answerWithoutAnEndIsGivenUpAtAMegabyteWhateverItsSpeed() throws Exception {
		AtomicLong written = new AtomicLong();
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				HttpExchanges exchanges = exchanges()) {
			Thread thread = new Thread(() -> answerWithoutEnd(server, written));
			thread.start();
			Reply reply = exchanges.send(DIRECT, request("http://127.0.0.1:" + server.getLocalPort()), LONG).join();
			assertThat(reply.isBrokenOff()).isTrue();
			assertThat(reply.failure()).hasMessage("The answer is longer than 1 MB");
			thread.join(LONG.toMillis());
			assertThat(thread.isAlive()).isFalse();
			assertThat(written.get()).isLessThan(64L << 20);
		}
	}

	private static void answerWithoutEnd(ServerSocket server, AtomicLong written) {
		byte[] piece = "x".repeat(1 << 16).getBytes(StandardCharsets.ISO_8859_1);
		try (Socket socket = server.accept(); OutputStream output = socket.getOutputStream()) {
			output.write("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
			while (written.get() < 8L << 30) {
				output.write(piece);
				written.addAndGet(piece.length);
			}
		}
		catch (IOException ex) {
			// The client has closed the connection.
		}
	}

	// An answer may arrive before the call returns. A completed exchange must not be
	// cancelled, because its connection may already carry the next request.
	@Test
	void requestsAfterEachOtherCutOffNone() {
		try (OtlpReceiver receiver = new OtlpReceiver(); HttpExchanges exchanges = exchanges()) {
			URI login = URI.create(receiver.url() + "/api/apikey/login");
			HttpRequest request = HttpRequest.newBuilder(login)
				.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[50_000]))
				.build();
			List<Reply> failed = new ArrayList<>();
			CompletableFuture<Reply> last = CompletableFuture.completedFuture(Reply.of(200));
			for (int i = 0; i < 1000; i++) {
				last = last.thenCompose((reply) -> {
					if (!reply.isAccepted() || reply.isBrokenOff()) {
						failed.add(reply);
					}
					CompletableFuture<Reply> next = exchanges.send(DIRECT, request, LONG);
					LockSupport.parkNanos(500_000);
					return next;
				});
			}
			last.join();
			assertThat(failed).isEmpty();
		}
	}

	@Test
	void requestThatMaySucceedLaterIsRepeated() {
		try (OtlpReceiver receiver = new OtlpReceiver().answering(503, 502, 200);
				HttpExchanges exchanges = exchanges()) {
			Backoff backoff = new Backoff(5, Duration.ofMillis(1), Duration.ofMillis(1));
			Reply reply = exchanges.send(DIRECT, () -> request(receiver.url()), LONG, backoff, Reply::mayBeRepeated)
				.join();
			assertThat(reply.isAccepted()).isTrue();
			assertThat(receiver.requests()).hasSize(3);
		}
	}

	// The status decides on a request, so the request is not sent again.
	@ParameterizedTest
	@CsvSource({ "200, false, 1", "200, true, 3", "400, true, 1", "401, true, 1", "429, true, 1", "503, false, 3" })
	void answerThatBreaksOffIsRepeatedOnlyForWhatItSays(int status, boolean bodyWanted, int requests)
			throws IOException {
		AtomicInteger received = new AtomicInteger();
		try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
				HttpExchanges exchanges = exchanges()) {
			new Thread(() -> breakOff(server, status, received)).start();
			Backoff backoff = new Backoff(2, Duration.ofMillis(1), Duration.ofMillis(1));
			Reply reply = exchanges
				.send(DIRECT, () -> request("http://127.0.0.1:" + server.getLocalPort()), LONG, backoff,
						(last) -> last.mayBeRepeated() || (bodyWanted && last.isUnread()))
				.join();
			assertThat(reply.status()).isEqualTo(status);
			assertThat(reply.isBrokenOff()).isTrue();
			assertThat(received).hasValue(requests);
		}
	}

	private static void breakOff(ServerSocket server, int status, AtomicInteger received) {
		while (!server.isClosed()) {
			try (Socket socket = server.accept()) {
				socket.getInputStream().read(new byte[4096]);
				received.incrementAndGet();
				socket.getOutputStream()
					.write(("HTTP/1.1 " + status + " x\r\nContent-Length: 100\r\n\r\nhalf")
						.getBytes(StandardCharsets.ISO_8859_1));
			}
			catch (IOException ex) {
				// The test has ended.
			}
		}
	}

	@Test
	void closeEndsWhatPausesWithTheReplySoFar() {
		try (OtlpReceiver receiver = new OtlpReceiver().answering(503); HttpExchanges exchanges = exchanges()) {
			CompletableFuture<Void> failed = new CompletableFuture<>();
			Backoff backoff = new Backoff(5, Duration.ofHours(1), Duration.ofHours(1));
			CompletableFuture<Reply> reply = exchanges.send(DIRECT, () -> request(receiver.url()), LONG, backoff,
					(last) -> failed.complete(null));
			failed.join();
			exchanges.close();
			assertThat(reply).succeedsWithin(LONG).hasToString("status 503");
		}
	}

	@Test
	void requestAfterTheCloseStartsNothing() {
		Set<Thread> before = threads();
		HttpExchanges exchanges = exchanges();
		exchanges.close();
		Reply reply = exchanges.send(DIRECT, request("http://127.0.0.1:9"), LONG).join();
		assertThat(reply.isAnswered()).isFalse();
		assertThat(started(before)).isEmpty();
	}

	@Test
	@Tag("fault")
	void nothingIsLeftAfterTheCloseWhateverIsUnderWay() {
		Set<Thread> before = threads();
		try (OtlpReceiver receiver = new OtlpReceiver().hanging()) {
			List<HttpExchanges> all = IntStream.range(0, 50).mapToObj((i) -> exchanges()).toList();
			List<CompletableFuture<Reply>> replies = all.stream()
				.flatMap((exchanges) -> IntStream.range(0, 4)
					.mapToObj((i) -> exchanges.send(DIRECT, request(receiver.url()), Duration.ofHours(1))))
				.toList();
			receiver.awaitRequests(1);
			all.forEach(HttpExchanges::close);
			assertThat(replies).allSatisfy((reply) -> assertThat(reply.join().isAnswered()).isFalse());
			await().untilAsserted(() -> assertThat(started(before)).isEmpty());
			// Keep the clients reachable until here.
			assertThat(all).hasSize(50);
		}
	}

	@Test
	void requestThatIsLateGetsNoClientAfterTheClose() {
		Set<Thread> before = threads();
		HttpClients clients = new HttpClients(null);
		clients.close();
		assertThatIllegalStateException().isThrownBy(
				() -> clients.send(DIRECT, request("http://127.0.0.1:9"), BodyHandlers.ofByteArray(), Runnable::run));
		assertThat(started(before)).isEmpty();
	}

	@Test
	@Tag("fault")
	void bundleThatHangsHoldsUpNoOtherConnectionAndNotTheClose() throws InterruptedException {
		Set<Thread> before = threads();
		CountDownLatch asked = new CountDownLatch(1);
		SslBundles bundles = (SslBundles) java.lang.reflect.Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { SslBundles.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("getBundle")) {
						asked.countDown();
						new CountDownLatch(1).await();
					}
					return null;
				});
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			HttpExchanges exchanges = new HttpExchanges("braintrust-test", new HttpClients(bundles));
			CompletableFuture<Reply> hanging = exchanges.send(new Connection("slow", null, 0, null),
					request(receiver.url()), LONG);
			assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();
			assertThat(exchanges.send(DIRECT, request(receiver.url()), LONG).join().isAnswered()).isTrue();
			exchanges.close();
			assertThat(hanging.join().isAnswered()).isFalse();
		}
		await().untilAsserted(() -> assertThat(started(before)).isEmpty());
	}

	@Test
	@Tag("fault")
	void proxySelectorThatHangsHoldsUpNeitherTheSenderNorTheClose() throws InterruptedException {
		Set<Thread> before = threads();
		CountDownLatch asked = new CountDownLatch(1);
		ProxySelector original = ProxySelector.getDefault();
		ProxySelector.setDefault(new HangingSelector(asked));
		try (HttpExchanges exchanges = exchanges()) {
			CompletableFuture<Reply> reply = exchanges.send(DIRECT, request("http://127.0.0.1:9"), SHORT);
			assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();
			assertThat(reply.join().failure()).isInstanceOf(TimeoutException.class);
		}
		finally {
			ProxySelector.setDefault(original);
		}
		await().untilAsserted(() -> assertThat(started(before)).isEmpty());
	}

	private static HttpExchanges exchanges() {
		return new HttpExchanges("braintrust-test", new HttpClients(null));
	}

	private static HttpRequest request(String url) {
		return HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.noBody()).build();
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces().keySet();
	}

	private static List<String> started(Set<Thread> before) {
		return threads().stream()
			.filter((thread) -> !before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith("braintrust-") || name.startsWith("HttpClient-"))
			.toList();
	}

	private static final class HangingSelector extends ProxySelector {

		private final CountDownLatch asked;

		HangingSelector(CountDownLatch asked) {
			this.asked = asked;
		}

		@Override
		public List<Proxy> select(URI uri) {
			this.asked.countDown();
			try {
				new CountDownLatch(1).await(10, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return List.of(Proxy.NO_PROXY);
		}

		@Override
		public void connectFailed(URI uri, SocketAddress address, IOException failure) {
		}

	}

}
