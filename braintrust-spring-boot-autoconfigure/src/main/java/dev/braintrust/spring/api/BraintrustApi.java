package dev.braintrust.spring.api;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Braintrust's HTTP API. Each request carries the key of its account and goes to the API
 * of that account, nowhere else.
 */
public final class BraintrustApi {

	private static final String LOGIN_PATH = "/api/apikey/login";

	private static final String PROJECT_PATH = "/v1/project/";

	private final Map<Account, Ask> logins = new ConcurrentHashMap<>();

	private final HttpExchanges exchanges;

	private final Backoff backoff;

	public BraintrustApi(HttpExchanges exchanges, Backoff backoff) {
		this.exchanges = exchanges;
		this.backoff = backoff;
	}

	// Ask for the organizations of a key, once for all projects of an account. If it
	// fails, the next one asks again. Each attempt that fails is told to all who wait.
	public CompletableFuture<Login> login(Account account, Runnable failed) {
		Ask created = new Ask(new CompletableFuture<>(), new ConcurrentLinkedQueue<>());
		Ask known = this.logins.putIfAbsent(account, created);
		Ask ask = (known != null) ? known : created;
		ask.failed().add(failed);
		if (known == null) {
			JsonNode body = JsonNodeFactory.instance.objectNode().put("token", account.apiKey().value());
			post(account, LOGIN_PATH, body, () -> created.failed().forEach(Runnable::run))
				.thenAccept((reply) -> answered(account, created, Login.of(reply)));
		}
		return ask.login();
	}

	private void answered(Account account, Ask ask, Login login) {
		if (!login.isGranted()) {
			this.logins.remove(account, ask);
		}
		ask.login().complete(login);
		ask.failed().clear();
	}

	// Ask for a project, {"id":…,"org_id":…,"name":…}.
	CompletableFuture<Reply> project(Account account, String id) {
		String path = PROJECT_PATH + URLEncoder.encode(id, StandardCharsets.UTF_8);
		return send(account, () -> request(account, path).GET().build(), () -> {
		});
	}

	// Post JSON, and repeat it as long as it may succeed later.
	public CompletableFuture<Reply> post(Account account, String path, JsonNode body, Runnable failed) {
		return send(account, () -> post(account, path, body), failed);
	}

	private CompletableFuture<Reply> send(Account account, Supplier<HttpRequest> request, Runnable failed) {
		return this.exchanges.send(account.connection(), request, account.timeout(), this.backoff,
				(reply) -> reply.mayBeRepeated() || reply.isUnread(), failed);
	}

	public CompletableFuture<Reply> postOnce(Account account, String path, JsonNode body) {
		return this.exchanges.send(account.connection(), post(account, path, body), account.timeout());
	}

	// Ask once more only where that cannot take long: whoever asks waits for it.
	CompletableFuture<Reply> ask(Account account, String path, @Nullable JsonNode body, Duration timeout) {
		Supplier<HttpRequest> request = () -> (body != null) ? post(account, path, body)
				: request(account, path).GET().build();
		return this.exchanges.send(account.connection(), request, timeout, this.backoff,
				(reply) -> (reply.mayBeRepeated() || reply.isUnread()) && !(reply.failure() instanceof TimeoutException)
						&& reply.retryAfter().compareTo(this.backoff.longest()) <= 0,
				() -> {
				});
	}

	CompletableFuture<Reply> getOnce(Account account, String path, Duration timeout) {
		return this.exchanges.send(account.connection(), request(account, path).GET().build(), timeout);
	}

	private static HttpRequest post(Account account, String path, JsonNode body) {
		return request(account, path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body.toString()))
			.build();
	}

	private static HttpRequest.Builder request(Account account, String path) {
		return HttpRequest.newBuilder(URI.create(account.apiUrl() + path))
			.header("Authorization", "Bearer " + account.apiKey().value());
	}

	// A login that is under way or was granted, and who is told of its failures.
	private record Ask(CompletableFuture<Login> login, Queue<Runnable> failed) {

	}

}
