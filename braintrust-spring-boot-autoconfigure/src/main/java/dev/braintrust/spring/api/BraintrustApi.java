package dev.braintrust.spring.api;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import tools.jackson.databind.json.JsonMapper;

/**
 * The requests that tell what a key gives access to. They read and change nothing, and
 * wait for their answers on the thread of the caller.
 */
final class BraintrustApi {

	private static final String LOGIN_PATH = "/api/apikey/login";

	private static final String PROJECT_PATH = "/v1/project/";

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final HttpClients clients;

	private final Executor executor;

	BraintrustApi(HttpClients clients, Executor executor) {
		this.clients = clients;
		this.executor = executor;
	}

	// Ask for the organizations of a key, {@code {"org_info":[{"id":…,"name":…}]}}.
	ApiAnswer login(Account account) throws InterruptedException {
		String key = account.apiKey().value();
		return send(account,
				request(account, LOGIN_PATH).header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(MAPPER.writeValueAsString(Map.of("token", key))))
					.build());
	}

	// Ask for a project, {"id":…,"org_id":…,"name":…}.
	ApiAnswer project(Account account, String id) throws InterruptedException {
		return send(account,
				request(account, PROJECT_PATH + URLEncoder.encode(id, StandardCharsets.UTF_8)).GET().build());
	}

	private static HttpRequest.Builder request(Account account, String path) {
		return HttpRequest.newBuilder(URI.create(account.apiUrl() + path))
			.header("Authorization", "Bearer " + account.apiKey().value());
	}

	private ApiAnswer send(Account account, HttpRequest request) throws InterruptedException {
		CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
		CompletableFuture<?> exchange = answer;
		try {
			// The client completes its own future on the common pool, which the
			// application may keep busy. The body ends on the executor.
			exchange = UntracedWork.call(() -> this.clients.send(account.connection(), request, (response) -> {
				BoundedBody body = new BoundedBody();
				body.getBody().thenAccept((bytes) -> answer.complete(ApiAnswer.of(response.statusCode(), bytes)));
				return body;
			}, this.executor));
			exchange.exceptionally((failure) -> {
				answer.complete(ApiAnswer.failed(failure));
				return null;
			});
			return answer.get(account.timeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException | RuntimeException ex) {
			return ApiAnswer.failed(ex);
		}
		finally {
			exchange.cancel(true);
		}
	}

}
