package dev.braintrust.spring.api;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Braintrust's HTTP API. Each request carries the key of its account and goes only to the
 * API of that account.
 */
public final class BraintrustApi implements AutoCloseable {

	static final String LOGIN_PATH = "/api/apikey/login";

	private final Map<Account, CompletableFuture<Login>> logins = new ConcurrentHashMap<>();

	private final HttpExchanges exchanges;

	private final Backoff backoff;

	// The names of its threads begin with the given name.
	public BraintrustApi(String name, HttpClients clients, Backoff backoff) {
		this(new HttpExchanges(name, clients), backoff);
	}

	BraintrustApi(HttpExchanges exchanges, Backoff backoff) {
		this.exchanges = exchanges;
		this.backoff = backoff;
	}

	// Ask for the organizations of a key, once for all projects of an account. After a
	// failure, the next call asks again.
	public CompletableFuture<Login> login(Account account) {
		CompletableFuture<Login> asked = new CompletableFuture<>();
		CompletableFuture<Login> known = this.logins.putIfAbsent(account, asked);
		if (known != null) {
			return known;
		}
		JsonNode body = JsonNodeFactory.instance.objectNode().put("token", account.apiKey().value());
		post(account, LOGIN_PATH, body).thenAccept((reply) -> {
			Login login = Login.of(reply);
			if (!login.isGranted()) {
				this.logins.remove(account, asked);
			}
			asked.complete(login);
		});
		return asked;
	}

	// Post JSON, and retry while it may succeed later.
	public CompletableFuture<Reply> post(Account account, String path, JsonNode body) {
		return send(account, path, body, account.timeout(), (reply) -> true);
	}

	public CompletableFuture<Reply> postOnce(Account account, String path, JsonNode body) {
		return this.exchanges.send(account.connection(), request(account, path, body), account.timeout());
	}

	CompletableFuture<Reply> getOnce(Account account, String path, Duration timeout) {
		return this.exchanges.send(account.connection(), request(account, path, null), timeout);
	}

	// Retry only if it cannot take long, since the caller waits.
	CompletableFuture<Reply> ask(Account account, String path, @Nullable JsonNode body, Duration timeout) {
		return send(account, path, body, timeout, (reply) -> !(reply.failure() instanceof TimeoutException)
				&& reply.retryAfter().compareTo(this.backoff.longest()) <= 0);
	}

	private CompletableFuture<Reply> send(Account account, String path, @Nullable JsonNode body, Duration timeout,
			Predicate<Reply> repeated) {
		return this.exchanges.send(account.connection(), () -> request(account, path, body), timeout, this.backoff,
				(reply) -> (reply.mayBeRepeated() || reply.isUnread()) && repeated.test(reply));
	}

	// Send a request to another server, without the key, and retry while it may
	// succeed later.
	public CompletableFuture<Reply> sendElsewhere(Account account, Supplier<HttpRequest> request, Duration timeout) {
		return this.exchanges.send(account.connection(), request, timeout, this.backoff, Reply::mayBeRepeated);
	}

	// Cancel the requests in flight.
	@Override
	public void close() {
		this.exchanges.close();
	}

	private static HttpRequest request(Account account, String path, @Nullable JsonNode body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(account.apiUrl() + path))
			.header("Authorization", "Bearer " + account.apiKey().value());
		if (body != null) {
			request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString()));
		}
		return request.build();
	}

}
