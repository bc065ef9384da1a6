package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.console.ConsoleApplication.Answer;
import dev.braintrust.spring.console.ConsoleApplication.Kind;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of who may read the console, on a server of each kind.
 */
class ConsoleGuardTests {

	private static final Map<Kind, ConsoleApplication> APPLICATIONS = new HashMap<>();

	private static ConsoleApplication application(Kind kind) {
		return APPLICATIONS.computeIfAbsent(kind, ConsoleApplication::new);
	}

	@AfterAll
	static void close() {
		APPLICATIONS.values().forEach(ConsoleApplication::close);
		APPLICATIONS.clear();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void browserOnThisMachineReadsThePageAndTheJson(Kind kind) throws IOException {
		ConsoleApplication application = application(kind);
		assertThat(application.get("/braintrust/").body()).startsWith("<!doctype html>");
		assertThat(application.get("/braintrust/api/state").headers()).containsEntry("content-type",
				"application/json");
		assertThat(application.get("/braintrust").headers()).containsEntry("location", "braintrust/");
		assertThat(application.get("/braintrust/api/traces/support/0af7651916cd43dd8448eb211c80319c").status())
			.isEqualTo(404);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void nameThatPointsToThisMachineIsRefused(Kind kind) throws IOException {
		for (String host : List.of("evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.nip.io",
				"[::2]", "10.0.0.1")) {
			assertThat(application(kind).get("/braintrust/", "Host", host).status()).as(host).isEqualTo(403);
		}
		for (String host : List.of("localhost", "localhost:1", "127.0.0.1:1", "[::1]:1", "app.localhost")) {
			assertThat(application(kind).get("/braintrust/", "Host", host).status()).as(host).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void pageOfAnotherSiteIsRefused(Kind kind) throws IOException {
		ConsoleApplication application = application(kind);
		String state = "/braintrust/api/state";
		assertThat(application.get(state, "Origin", "https://evil.example").status()).isEqualTo(403);
		assertThat(application.get(state, "Origin", "null").status()).isEqualTo(403);
		// Another application on this machine is another site.
		assertThat(application.get(state, "Origin", "http://localhost:1").status()).isEqualTo(403);
		assertThat(application.get(state, "Sec-Fetch-Site", "cross-site").status()).isEqualTo(403);
		assertThat(application.get(state, "Sec-Fetch-Site", "same-site").status()).isEqualTo(403);
		assertThat(application
			.get(state, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
			.status()).isEqualTo(403);
		assertThat(application.get(state, "Origin", "http://localhost:" + application.port()).status()).isEqualTo(200);
	}

	@Test
	void linkOfAnotherSiteLeadsToThePageAndNoFrame() throws IOException {
		ConsoleApplication application = application(Kind.PLAIN);
		assertThat(application
			.get("/braintrust/", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest",
					"document")
			.status()).isEqualTo(200);
		assertThat(application
			.get("/braintrust/", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest",
					"iframe")
			.status()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via" })
	void readerBehindAProxyIsRefused(String header) throws IOException {
		for (Kind kind : Kind.values()) {
			assertThat(application(kind).get("/braintrust/", header, "127.0.0.1").status()).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void nothingIsChangedByAnyRequest(Kind kind) throws IOException {
		for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
			assertThat(application(kind).request(method, "/braintrust/api/state", "Content-Length", "0").status())
				.as(method)
				.isEqualTo(405);
		}
		Answer head = application(kind).request("HEAD", "/braintrust/");
		assertThat(head.status()).isEqualTo(200);
		assertThat(head.bytes()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void everyAnswerHasAStrictPolicy(Kind kind) throws IOException {
		for (String path : List.of("/braintrust/", "/braintrust/console.js", "/braintrust/api/state",
				"/braintrust/api/traces/other/0af7651916cd43dd8448eb211c80319c")) {
			Answer answer = application(kind).get(path);
			assertThat(answer.headers().get("content-security-policy")).startsWith("default-src 'none';")
				.contains("script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
				.doesNotContain("unsafe", "*", "http");
			assertThat(answer.headers()).containsEntry("x-content-type-options", "nosniff")
				.containsEntry("cross-origin-resource-policy", "same-origin")
				.containsEntry("cache-control", "no-store");
		}
	}

	@Test
	void filesAreKeptAndWhatIsRecordedIsNot() throws IOException {
		ConsoleApplication application = application(Kind.PLAIN);
		Answer page = application.get("/braintrust/");
		assertThat(page.headers()).containsEntry("cache-control", "no-store");
		String script = page.body().replaceAll("(?s).*src=\"([0-9a-f]{8}/console\\.js)\".*", "$1");
		assertThat(application.get("/braintrust/" + script).headers()).containsEntry("cache-control",
				"private, max-age=31536000, immutable");
		// After an update of the application, the version is another one.
		assertThat(application.get("/braintrust/00000000/console.js").headers()).containsEntry("cache-control",
				"no-store");
		assertThat(application.get("/braintrust/00000000/console.html").status()).isEqualTo(404);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "SERVLET", "REACTIVE" })
	void everythingElseIsTheApplications(Kind kind) throws IOException {
		for (String path : List.of("/", "/braintrusted", "/x/braintrust/", "/%62raintrust/", "/braintrust/hook",
				"/braintrust/api/orders")) {
			assertThat(application(kind).get(path).body()).as(path).isEqualTo("the application");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/braintrust/../secret", "/braintrust/..%2f", "/braintrust/console.html",
			"/braintrust/Console.class", "/braintrust/%00", "/braintrust/api/traces/../../etc" })
	void noOtherFileIsServed(String path) throws IOException {
		for (Kind kind : Kind.values()) {
			assertThat(application(kind).get(path).body())
				.doesNotContain("<!doctype html><html lang=\"en\"><head><meta")
				.doesNotContain("\u00ca\u00fe");
		}
		assertThat(application(Kind.PLAIN).get(path).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "SERVLET", "REACTIVE" })
	void requestsOfTheConsoleAreObservedByNothing(Kind kind) throws IOException {
		ConsoleApplication application = application(kind);
		List<String> observed = application.context().getBean(ConsoleApplication.Observed.class).names();
		observed.clear();
		application.get("/braintrust/");
		application.get("/braintrust/api/state");
		application.get("/elsewhere");
		Awaitility.await().until(() -> !observed.isEmpty());
		assertThat(observed).containsExactly("http.server.requests");
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "SERVLET", "REACTIVE" })
	void consoleIsBelowTheContextPath(Kind kind) throws IOException {
		try (ConsoleApplication application = new ConsoleApplication(kind, "server.servlet.context-path=/shop",
				"spring.webflux.base-path=/shop")) {
			assertThat(application.get("/shop/braintrust/").body()).startsWith("<!doctype html>");
			assertThat(application.get("/shop/braintrust/api/state").status()).isEqualTo(200);
			assertThat(application.get("/braintrust/").status()).isEqualTo(404);
			assertThat(application.context().getBean(ConsoleAnnouncement.class).url())
				.isEqualTo("http://localhost:" + application.port() + "/shop/braintrust/");
		}
	}

	// In Jetty's form.
	@Test
	void addressInBracketsIsThatOfThisMachine() throws Exception {
		try (ConsoleApplication application = new ConsoleApplication(Kind.PLAIN)) {
			MockHttpServletRequest request = new MockHttpServletRequest("GET", "/braintrust/");
			request.addHeader("Host", "localhost:8080");
			request.setRemoteAddr("[0:0:0:0:0:0:0:1]");
			request.setLocalAddr("[0:0:0:0:0:0:0:1]");
			MockHttpServletResponse response = new MockHttpServletResponse();
			new ConsoleFilter(application.context().getBean(Console.class)).doFilter(request, response,
					new MockFilterChain());
			assertThat(response.getStatus()).isEqualTo(200);
		}
	}

	// A proxy cannot choose the addresses of the connection.
	@Test
	void anotherMachineIsRefusedUnlessItNamesAnAllowedHost() throws IOException {
		InetAddress elsewhere = InetAddress.getByName("192.168.7.7");
		InetAddress here = InetAddress.getLoopbackAddress();
		RequestGuard closed = new RequestGuard(List.of());
		RequestGuard open = new RequestGuard(List.of("Box.local"));
		assertThat(closed.refusal(request("localhost:8080", elsewhere, elsewhere))).contains("from its own machine");
		assertThat(closed.refusal(request("localhost:8080", here, elsewhere))).contains("from its own machine");
		assertThat(closed.refusal(request("localhost:8080", elsewhere, here))).contains("from its own machine");
		assertThat(closed.refusal(request("localhost:8080", null, null))).contains("from its own machine");
		assertThat(open.refusal(request("localhost:8080", elsewhere, elsewhere))).contains("from its own machine");
		assertThat(open.refusal(request("box.local:8080", elsewhere, elsewhere))).isNull();
		assertThat(closed.refusal(request("box.local:8080", here, here))).contains("does not know this host name");
	}

	private static ConsoleRequest request(String host, InetAddress remote, InetAddress local) {
		Map<String, String> headers = Map.of("Host", host);
		return new ConsoleRequest("GET", "/", null, remote, local, headers::get);
	}

}
