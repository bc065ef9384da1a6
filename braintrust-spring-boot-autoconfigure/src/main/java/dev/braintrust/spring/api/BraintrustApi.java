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

	/**
	 * Create the requests.
	 * @param clients the HTTP clients to send with
	 * @param executor runs what the clients do in the background
	 */
	BraintrustApi(HttpClients clients, Executor executor) {
		this.clients = clients;
		this.executor = executor;
	}

	/**
	 * Ask for the organizations of a key, {@code {"org_info":[{"id":…,"name":…}]}}.
	 * @param account the account
	 * @return the answer, never an exception
	 * @throws InterruptedException if the thread is interrupted
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#1-request-a-signed-upload-url">Braintrust's
	 * specification, where it names the login endpoint</a>
	 */
	ApiAnswer login(Account account) throws InterruptedException {
		String key = account.apiKey().value();
		return send(account,
				request(account, LOGIN_PATH).header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(MAPPER.writeValueAsString(Map.of("token", key))))
					.build());
	}

	/**
	 * Ask for a project, {@code {"id":…,"org_id":…,"name":…}}.
	 * @param account the account
	 * @param id the id of the project
	 * @return the answer, never an exception
	 * @throws InterruptedException if the thread is interrupted
	 * @see <a href=
	 * "https://www.braintrust.dev/docs/reference/api/Projects#get-project">Braintrust's
	 * API, "Get project"</a>
	 */
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
