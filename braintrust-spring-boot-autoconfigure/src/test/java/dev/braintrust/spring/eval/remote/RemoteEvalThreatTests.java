package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.support.BraintrustServer.Call;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import dev.braintrust.spring.support.Playground;
import dev.braintrust.spring.support.Playground.Event;
import dev.braintrust.spring.support.Playground.Reading;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A test for each line of the threat model in {@code docs/remote-evaluations.md}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RemoteEvalThreatTests {

	private static final Map<Kind, RemoteEvalApplication> APPLICATIONS = new ConcurrentHashMap<>();

	private static final String RUN = "{\"name\":\"echo\",\"data\":{\"data\":[{\"input\":\"a\"}]},"
			+ "\"parent\":{\"object_type\":\"playground_logs\",\"object_id\":\"p\"},\"stream\":true}";

	private static RemoteEvalApplication application(Kind kind) {
		return APPLICATIONS.computeIfAbsent(kind, RemoteEvalApplication::new);
	}

	@AfterAll
	static void close() {
		APPLICATIONS.values().forEach(RemoteEvalApplication::close);
		APPLICATIONS.clear();
	}

	// Both the list and a run must be refused.
	private static void refused(Playground playground, int status, String message) throws Exception {
		for (HttpResponse<String> response : List.of(playground.get("list"), playground.send("POST", "eval", RUN))) {
			assertThat(response.statusCode()).isEqualTo(status);
			assertThat(ReceivedSpan.parse(response.body()).at("/error/message").asString()).contains(message);
			assertThat(ReceivedSpan.parse(response.body()).path("error").propertyNames()).containsExactly("status",
					"message");
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void nobodyIsLetInWithoutAToken(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		refused(application.playground(null), 401, "no token");
		refused(application.playground(null).with("Authorization", "Bearer null"), 401, "no token");
		refused(application.playground(null).with("x-bt-auth-token", "null"), 401, "no token");
		refused(application.playground(null).with("Authorization", "Basic YTpi"), 401, "no token");
		refused(application.playground(null).with("Cookie", "token=" + RemoteEvalApplication.CALLER), 401, "no token");
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void tokenThatIsNotValidOrHasExpiredIsRefused(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		application.braintrust().data().refusing("expired");
		refused(application.playground("expired"), 401, "not valid");
		refused(application.playground(RemoteEvalApplication.CALLER).with("x-bt-auth-token", "expired"), 401,
				"not valid");
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void tokenOfAnotherOrganizationIsRefusedWhateverItSays(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		application.braintrust().data().ofOrganization("foreign", "another-id", "Evil");
		refused(application.playground("foreign"), 403, "another organization");
		refused(application.playground("foreign").with("x-bt-org-name", "Evil"), 403, "another organization");
		// An organization with the same name but another id is another organization.
		application.braintrust().data().ofOrganization("impostor", "another-id", RemoteEvalApplication.ORGANIZATION);
		refused(application.playground("impostor"), 403, "another organization");
		refused(application.playground().with("x-bt-org-name", null), 400, "x-bt-org-name");
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void tokenThatCannotReadTheProjectIsRefused(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		application.braintrust().data().blind("blind");
		refused(application.playground("blind"), 403, "cannot read the project");
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void requestForAnotherProjectIsRefused(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		refused(application.playground().with("x-bt-project-id", "another"), 403, "another project");
		HttpResponse<String> response = application.playground()
			.send("POST", "eval", RUN.replace("\"stream\"", "\"project_id\":\"another\",\"stream\""));
		assertThat(response.statusCode()).isEqualTo(403);
		// The project has no evaluations, so it has no address.
		assertThat(new Playground(application.url("billing"), RemoteEvalApplication.CALLER,
				RemoteEvalApplication.ORGANIZATION)
			.get("list")
			.statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void applicationMayRefuseACallerToo(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		refused(application.playground().with("x-refuse", "yes"), 403, "application does not allow this");
		Playground reviewer = application.playground().with("x-only", "plain-only");
		refused(reviewer, 403, "application does not allow this");
		assertThat(reviewer.run(RUN.replace("echo", "plain"))).isNotEmpty();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void pageOfAnotherOriginIsRefusedWithAToken(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		for (String origin : List.of("https://evil.example", "null", "http://www.braintrust.dev",
				"https://www.braintrust.dev.evil.example", "https://evil.example/.preview.braintrust.dev",
				"https://xpreview.braintrust.dev", "http://localhost:" + application.port())) {
			Playground playground = application.playground().with("Origin", origin);
			refused(playground, 403, "origin");
			HttpResponse<String> preflight = playground.with("Access-Control-Request-Method", "POST")
				.send("OPTIONS", "eval", "");
			assertThat(preflight.statusCode()).as(origin).isEqualTo(403);
			assertThat(preflight.headers().map()).doesNotContainKey("access-control-allow-origin");
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void pagesOfBraintrustMayCallWithEachHeaderThatTheySend(Kind kind) throws Exception {
		for (String origin : List.of(Playground.ORIGIN, "https://www.braintrustdata.com",
				"https://pr-1.preview.braintrust.dev", application(kind).braintrust().url())) {
			HttpResponse<String> preflight = new Playground(application(kind).url(), null, null).with("Origin", origin)
				.with("Access-Control-Request-Method", "POST")
				.with("Access-Control-Request-Private-Network", "true")
				.send("OPTIONS", "eval", "");
			assertThat(preflight.statusCode()).isEqualTo(204);
			Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			headers.putAll(preflight.headers().map());
			assertThat(headers).containsEntry("Access-Control-Allow-Origin", List.of(origin))
				.containsEntry("Access-Control-Allow-Credentials", List.of("true"))
				.containsEntry("Access-Control-Allow-Private-Network", List.of("true"))
				.containsEntry("Access-Control-Max-Age", List.of("86400"))
				.containsKey("Vary");
			assertThat(headers.get("Access-Control-Allow-Headers").get(0).split(", ")).containsExactlyInAnyOrder(
					"Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token",
					"x-bt-auth-token", "x-bt-parent", "x-bt-org-name", "x-bt-project-id", "x-bt-stream-fmt",
					"x-bt-use-cache", "x-bt-use-gateway", "x-stainless-os", "x-stainless-lang",
					"x-stainless-package-version", "x-stainless-runtime", "x-stainless-runtime-version",
					"x-stainless-arch");
			assertThat(headers.get("Access-Control-Allow-Methods").get(0)).contains("GET", "POST", "OPTIONS");
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void pageWhoseNamePointsToThisMachineGetsNothing(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		String host = "evil.example:" + application.port();
		String token = "Authorization: Bearer " + RemoteEvalApplication.CALLER + "\r\nx-bt-org-name: Acme\r\n";
		// A script of this page can send any header except another Origin.
		assertThat(status(application, "POST", "eval",
				"Host: " + host + "\r\nOrigin: http://" + host + "\r\n" + token + "Content-Length: 2\r\n\r\n{}"))
			.isEqualTo(403);
		assertThat(status(application, "GET", "list",
				"Host: " + host + "\r\nSec-Fetch-Site: same-origin\r\n" + token + "\r\n"))
			.isEqualTo(403);
		// A request without an Origin has no token either, because cookies are ignored.
		assertThat(status(application, "GET", "list", "Host: " + host + "\r\nCookie: session=1\r\n\r\n"))
			.isEqualTo(401);
	}

	private static int status(RemoteEvalApplication application, String method, String path, String headers)
			throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream()
				.write((method + " /braintrust/evals/support/" + path + " HTTP/1.1\r\nConnection: close\r\n" + headers)
					.getBytes(StandardCharsets.ISO_8859_1));
			return status(socket.getInputStream());
		}
	}

	private static int status(InputStream stream) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = stream.read(); next != -1 && next != '\n'; next = stream.read()) {
			line.append((char) next);
		}
		return Integer.parseInt(line.toString().split(" ")[1]);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void whoIsLetInIsRememberedAndTheTokenIsNot(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		Playground playground = application.playground("remembered");
		playground.list();
		int logins = application.braintrust().calls("POST /api/apikey/login").size();
		playground.list();
		playground.run(RUN);
		assertThat(application.braintrust().calls("POST /api/apikey/login")).hasSize(logins);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void nobodyIsLetInWhileBraintrustDoesNotAnswer(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		application.braintrust().failing("POST /api/apikey/login", Fault.status(400, null)).recovering();
		application.braintrust().failing("GET /v1/project/", Fault.status(503));
		try {
			refused(application.playground("unknown"), 502, "cannot verify your token");
		}
		finally {
			application.braintrust().recovering();
		}
		assertThat(application.playground("unknown").list()).isNotEmpty();
	}

	@Tag("fault")
	@ParameterizedTest
	@EnumSource(Kind.class)
	void thousandRequestsAtOnceRunAsManyAsTheyMay(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind)) {
			application.playground().list();
			Reading first = application.playground().start(RUN.replace("echo", "waiting"));
			Reading second = application.playground().start(RUN.replace("echo", "waiting"));
			application.tasks().awaitWaiting(2);
			ExecutorService threads = Executors.newFixedThreadPool(50);
			try {
				List<Future<Integer>> statuses = new ArrayList<>();
				for (int i = 0; i < 1000; i++) {
					Playground playground = (i % 2 == 0) ? application.playground() : application.playground(null);
					statuses.add(threads.submit(() -> playground.send("POST", "eval", RUN).statusCode()));
				}
				for (int i = 0; i < 1000; i++) {
					assertThat(statuses.get(i).get(2, TimeUnit.MINUTES)).isEqualTo((i % 2 == 0) ? 429 : 401);
				}
			}
			finally {
				threads.shutdownNow();
			}
			application.tasks().release();
			assertThat(lastOf(first).name()).isEqualTo("done");
			assertThat(lastOf(second).name()).isEqualTo("done");
			awaitRoom(application);
		}
	}

	private static Event lastOf(Reading reading) throws IOException {
		try (reading) {
			Event last = null;
			for (Event event = reading.next(); event != null; event = reading.next()) {
				last = event;
			}
			return last;
		}
	}

	// A run ends shortly after its last event.
	private static void awaitRoom(RemoteEvalApplication application) {
		await().untilAsserted(
				() -> assertThat(application.playground().send("POST", "eval", RUN).statusCode()).isEqualTo(200));
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void bodyOfAGigabyteIsRefusedBeforeItIsSent(Kind kind) throws Exception {
		assertThat(status(application(kind), "POST", "eval", "Host: localhost\r\nAuthorization: Bearer "
				+ RemoteEvalApplication.CALLER + "\r\nx-bt-org-name: Acme\r\nContent-Length: 1073741824\r\n\r\n"))
			.isEqualTo(413);
	}

	@Tag("fault")
	@ParameterizedTest
	@EnumSource(Kind.class)
	void bodyOfAGigabyteThatIsNotAnnouncedIsReadAsFarAsItMayBe(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
		int sent = 0;
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
			socket.setSoTimeout(60_000);
			OutputStream out = socket.getOutputStream();
			out.write(("POST /braintrust/evals/support/eval HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
					+ RemoteEvalApplication.CALLER + "\r\nx-bt-org-name: Acme\r\nTransfer-Encoding: chunked\r\n\r\n")
				.getBytes(StandardCharsets.ISO_8859_1));
			try {
				for (; sent < (1 << 30) && socket.getInputStream().available() == 0; sent += 0x10000) {
					out.write(chunk);
				}
			}
			catch (SocketException ex) {
				// The server may close the connection.
			}
			// The limit, the bytes that the server accepts after its answer, and the
			// bytes in flight.
			assertThat(sent).isLessThan(64 << 20);
		}
		awaitRoom(application);
	}

	@Tag("fault")
	@ParameterizedTest
	@EnumSource(Kind.class)
	void bodyThatComesSlowlyTakesNoRunAndIsRefused(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind,
				"braintrust.evals.remote.max-concurrent-runs=1", "test.slowest-body=3s");
				Socket socket = new Socket()) {
			InputStream answer = sendBegin(application, socket);
			awaitReading(answer);
			assertThat(application.playground().send("POST", "eval", RUN).statusCode()).isEqualTo(200);
			// A byte that arrives after the answer would reset the connection and lose
			// the answer.
			socket.setSoTimeout(5000);
			int first = -1;
			while (first == -1) {
				socket.getOutputStream().write(' ');
				try {
					first = answer.read();
					assertThat(first).isEqualTo('H');
				}
				catch (SocketTimeoutException ex) {
					// Send the next byte.
				}
			}
			socket.setSoTimeout(60_000);
			assertThat(status(answer)).isEqualTo(408);
			awaitEnd(answer);
			awaitRoom(application);
		}
	}

	@Tag("fault")
	@ParameterizedTest
	@EnumSource(Kind.class)
	void bodyThatDoesNotComeIsRefused(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind, "test.slowest-body=1s",
				"test.read-timeout=1000"); Socket socket = new Socket()) {
			InputStream answer = sendBegin(application, socket);
			awaitReading(answer);
			assertThat(status(answer)).isEqualTo(408);
			awaitEnd(answer);
			awaitRoom(application);
		}
	}

	private static InputStream sendBegin(RemoteEvalApplication application, Socket socket) throws IOException {
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), application.port()));
		socket.setSoTimeout(60_000);
		socket.getOutputStream()
			.write(("POST /braintrust/evals/support/eval HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
					+ RemoteEvalApplication.CALLER + "\r\nx-bt-org-name: Acme\r\nExpect: 100-continue\r\n"
					+ "Content-Length: 20\r\n\r\n")
				.getBytes(StandardCharsets.ISO_8859_1));
		return socket.getInputStream();
	}

	// The server requests the body when it begins to read.
	private static void awaitReading(InputStream answer) throws IOException {
		assertThat(status(answer)).isEqualTo(100);
		assertThat(answer.readNBytes(2)).containsExactly('\r', '\n');
	}

	// The server closes the connection although the rest of the body is missing.
	private static void awaitEnd(InputStream answer) throws IOException {
		try {
			answer.readAllBytes();
		}
		catch (SocketException ex) {
			// The connection may be reset.
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void noMoreBodiesAreReadAtTheSameTimeThanMayBe(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		List<Socket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < 16; i++) {
				sockets.add(new Socket());
				awaitReading(sendBegin(application, sockets.get(i)));
			}
			HttpResponse<String> response = application.playground().send("POST", "eval", RUN);
			assertThat(response.statusCode()).isEqualTo(429);
			assertThat(response.body()).contains("Too many requests are read");
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
		awaitRoom(application);
	}

	@Test
	@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void requestsTakeNoThreadThatAReactiveApplicationBlocksOn() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		for (int i = 0; i < Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE; i++) {
			Schedulers.boundedElastic().schedule(() -> hold(over));
		}
		try {
			assertThat(application(Kind.REACTIVE).playground().run(RUN)).isNotEmpty();
		}
		finally {
			over.countDown();
		}
	}

	private static void hold(CountDownLatch over) {
		try {
			over.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runWithMoreScorersThanItMayHaveIsRefused(Kind kind) throws Exception {
		String scores = IntStream.rangeClosed(0, 100)
			.mapToObj((i) -> "{\"name\":\"s" + i + "\",\"function_id\":\"f\"}")
			.collect(Collectors.joining(","));
		HttpResponse<String> response = application(kind).playground()
			.send("POST", "eval", RUN.replace("\"stream\"", "\"scores\":[" + scores + "],\"stream\""));
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("more than 100 scorers");
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runWithMoreContentThanItMayLoadIsRefused(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind, "test.loaded=1000")) {
			String id = application.braintrust().data().dataset("food").path("id").asString();
			application.braintrust()
				.data()
				.hasRows(id, JsonNodeFactory.instance.objectNode().put("input", "x".repeat(2000)));
			assertThat(application.playground()
				.run(RUN.replace("{\"data\":[{\"input\":\"a\"}]}", "{\"dataset_id\":\"" + id + "\"}"))).singleElement()
				.satisfies((event) -> assertThat(event.data()).contains("more than 1000 characters"));
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void bodyThatIsNoJsonOfARunIsRefused(Kind kind) throws Exception {
		for (String body : List.of("", "no json \u0000", "[]", "{\"name\":\"echo\"", "[".repeat(100_000),
				"{\"name\":\"echo\",\"data\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000) + "}",
				"{\"name\":7,\"data\":{\"data\":[{\"input\":\"a\"}]}}", "{\"data\":{\"data\":[{\"input\":\"a\"}]}}",
				"{\"name\":\"echo\"}", "{\"name\":\"echo\",\"data\":{}}", "{\"name\":\"echo\",\"data\":{\"data\":[]}}",
				"{\"name\":\"echo\",\"data\":{\"data\":[{\"input\":\"a\"}],\"dataset_id\":\"b\"}}",
				"{\"name\":\"echo\",\"data\":{\"data\":[{}]}}", "{\"name\":\"echo\",\"data\":{\"data\":[7]}}",
				"{\"name\":\"echo\",\"data\":{\"dataset_id\":\"a\",\"_internal_btql\":\"select: *\"}}",
				RUN.replace("playground_logs", "anything"), RUN.replace("\"p\"", "\"p\\r\\nx-evil: 1\""), RUN.replace(
						"\"stream\"", "\"scores\":[{\"name\":\"s\",\"function_id\":{\"code\":\"…\"}}],\"stream\""))) {
			HttpResponse<String> response = application(kind).playground().send("POST", "eval", body);
			assertThat(response.statusCode()).as(body.substring(0, Math.min(80, body.length()))).isEqualTo(400);
			assertThat(response.body()).contains("\"error\":{\"status\":400").hasSizeLessThan(500);
		}
		awaitRoom(application(kind));
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void whatIsNotThereIsNotFound(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		assertThat(application.playground().send("POST", "eval", RUN.replace("echo", "unknown")).statusCode())
			.isEqualTo(404);
		for (String path : List.of("unknown", "list/", "eval/x", "../unknown/list", "../", "..")) {
			assertThat(application.playground().get(path).statusCode()).as(path).isEqualTo(404);
		}
		assertThat(application.playground().get("eval").statusCode()).isEqualTo(405);
		assertThat(application.playground().send("DELETE", "list", "").statusCode()).isEqualTo(405);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runWithMoreRowsThanItMayHaveIsRefused(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind,
				"braintrust.evals.remote.max-rows=2")) {
			String rows = "{\"input\":\"a\"},{\"input\":\"b\"},{\"input\":\"c\"}";
			HttpResponse<String> response = application.playground()
				.send("POST", "eval", RUN.replace("{\"input\":\"a\"}", rows));
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("more than 2 rows");
			// Each trial counts as a row.
			for (String row : List.of("{\"input\":\"a\",\"trials\":2147483647}",
					"{\"input\":\"a\",\"trials\":2},{\"input\":\"b\"}")) {
				response = application.playground().send("POST", "eval", RUN.replace("{\"input\":\"a\"}", row));
				assertThat(response.statusCode()).isEqualTo(400);
				assertThat(response.body()).contains("more than 2 rows");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runThatNeverEndsEndsWhenItsReaderLeaves(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind,
				"braintrust.evals.remote.max-concurrent-runs=1")) {
			try (Reading reading = application.playground().start(RUN.replace("echo", "waiting"))) {
				application.tasks().awaitWaiting(1);
				assertThat(reading.response().statusCode()).isEqualTo(200);
			}
			application.tasks().awaitInterrupted(1);
			awaitRoom(application);
		}
	}

	// Reactive only: a servlet server notices a reader who has left only at the
	// next write.
	@Test
	void runWhoseSummaryNobodyAwaitsEnds() throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(Kind.REACTIVE,
				"braintrust.evals.remote.max-concurrent-runs=1")) {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
				byte[] body = RUN.replace("echo", "waiting").replace("true", "false").getBytes(StandardCharsets.UTF_8);
				socket.getOutputStream()
					.write(("POST /braintrust/evals/support/eval HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
							+ RemoteEvalApplication.CALLER + "\r\nx-bt-org-name: Acme\r\nContent-Length: " + body.length
							+ "\r\n\r\n")
						.getBytes(StandardCharsets.ISO_8859_1));
				socket.getOutputStream().write(body);
				application.tasks().awaitWaiting(1);
			}
			application.tasks().awaitInterrupted(1);
			awaitRoom(application);
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runEndsWhenTheApplicationDoes(Kind kind) throws Exception {
		RemoteEvalApplication application = new RemoteEvalApplication(kind);
		RemoteEvalApplication.Tasks tasks = application.tasks();
		try (Reading reading = application.playground().start(RUN.replace("echo", "waiting"))) {
			tasks.awaitWaiting(1);
			application.close();
			tasks.awaitInterrupted(1);
			// The server has waited for its reader, who still gets the last event.
			assertThat(lastOf(reading)).isEqualTo(new Event("error",
					"{\"type\":\"java.util.concurrent.CancellationException\",\"message\":\"The run was cancelled\"}"));
		}
	}

	@Tag("fault")
	@ParameterizedTest
	@EnumSource(Kind.class)
	void readerWhoReadsNothingEndsTheRun(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind,
				"braintrust.evals.remote.max-concurrent-runs=1", "test.patience=2s"); Socket socket = new Socket()) {
			socket.setReceiveBufferSize(4096);
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), application.port()));
			String rows = "{\"input\":\"a\"}" + ",{\"input\":\"a\"}".repeat(99);
			byte[] body = RUN.replace("echo", "large")
				.replace("{\"input\":\"a\"}", rows)
				.getBytes(StandardCharsets.UTF_8);
			socket.getOutputStream()
				.write(("POST /braintrust/evals/support/eval HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
						+ RemoteEvalApplication.CALLER + "\r\nx-bt-org-name: Acme\r\nContent-Length: " + body.length
						+ "\r\n\r\n")
					.getBytes(StandardCharsets.ISO_8859_1));
			socket.getOutputStream().write(body);
			// The run has begun.
			assertThat(status(socket.getInputStream())).isEqualTo(200);
			awaitRoom(application);
			assertThat(application.braintrust().spans().stream().filter((span) -> span.name().equals("eval")))
				.hasSizeLessThan(100);
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void attachmentsTravelInTheirSpansSinceUploadsHaveTheKeyOfTheApplication(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		List<Event> events = application.playground()
			.run(RUN.replace("echo", "pictured").replace("\"p\"", "\"p-photo\""));
		assertThat(events.get(0).json().path("data").asString()).contains("data:image/png;base64,AQID");
		assertThat(application.braintrust().spans()).filteredOn((span) -> span.parent().equals("playground_id:p-photo"))
			.filteredOn((span) -> span.name().equals("task"))
			.singleElement()
			.satisfies((span) -> assertThat(span.output().toString()).contains("data:image/png;base64,AQID"));
		assertThat(application.braintrust().calls("POST /attachment")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void tokenThatBraintrustRefusesLaterChangesNothingOfTheProject(Kind kind, CapturedOutput output) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind)) {
			application.braintrust().failing("POST /otel", Fault.status(401));
			List<Event> events = application.playground().run(RUN);
			assertThat(events.stream().map(Event::name)).endsWith("summary", "error", "done");
			assertThat(events.get(events.size() - 2).json().path("message").asString())
				.startsWith("Braintrust did not accept all spans of the run.");
			HttpResponse<String> summary = application.playground()
				.send("POST", "eval", RUN.replace("\"stream\":true", "\"stream\":false"));
			assertThat(summary.statusCode()).isEqualTo(200);
			assertThat(ReceivedSpan.parse(summary.body()).at("/error/message").asString()).contains("the caller");
			assertThat(ReceivedSpan.parse(summary.body()).path("experimentName").asString()).isEqualTo("echo");
			ExportStatus status = application.status("support");
			assertThat(status.state()).isEqualTo(ExportStatus.State.IDLE);
			assertThat(status.lastError()).isNull();
			assertThat(status.lastFailure()).isNull();
			assertThat(status.lost()).containsExactly(Map.entry(LossReason.REFUSED, 6L));
			assertThat(status.requests()).isPositive();
			await().untilAsserted(() -> assertThat(output)
				.contains("Spans of a remote evaluation of the Braintrust project 'support' are refused by")
				.contains("Check the token of its caller.")
				.contains("is not complete in Braintrust"));
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void tokenThatBraintrustAcceptsHidesNoFailureOfTheProject(Kind kind, CapturedOutput output) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind)) {
			application.braintrust().failing("POST /otel", 1, Fault.status(401));
			application.projects().tracer("support").taskSpan("own").run((span) -> {
			});
			assertThat(application.projects().flush(Duration.ofSeconds(20))).isFalse();
			assertThat(application.playground().run(RUN).stream().map(Event::name)).endsWith("summary", "done");
			ExportStatus status = application.status("support");
			assertThat(status.state()).isEqualTo(ExportStatus.State.FAILING);
			assertThat(status.lastSuccess()).isNull();
			assertThat(status.sent()).isEqualTo(3);
			assertThat(output).doesNotContain("are accepted again");
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void nothingOfARunUsesTheKeyOfTheApplication(Kind kind) throws Exception {
		try (RemoteEvalApplication application = new RemoteEvalApplication(kind,
				"braintrust.projects.support.export.headers.Authorization=Bearer sk-of-a-gateway")) {
			String function = application.braintrust().data().all("function").get(0).path("id").asString();
			String dataset = application.braintrust().data().dataset("food").path("id").asString();
			application.playground()
				.run("{\"name\":\"plain\",\"data\":{\"dataset_id\":\"" + dataset
						+ "\"},\"scores\":[{\"name\":\"hosted\",\"function_id\":{\"function_id\":\"" + function
						+ "\"}}],\"stream\":true}");
			assertThat(application.braintrust().spans()).isNotEmpty()
				.allSatisfy((span) -> assertThat(span.request().authorization())
					.isEqualTo("Bearer " + RemoteEvalApplication.CALLER));
			// Only the application's own login uses its key.
			assertThat(application.braintrust().calls()).filteredOn((call) -> call.authorization().contains("sk-"))
				.extracting(Call::path)
				.containsOnly("/api/apikey/login");
		}
	}

}
