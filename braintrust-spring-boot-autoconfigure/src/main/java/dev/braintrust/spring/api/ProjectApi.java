package dev.braintrust.spring.api;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Braintrust's HTTP API as one project sees it. Methods wait for the answer: each attempt
 * for as long as an attempt of the project's export, but at least 30 seconds. Failures
 * that may be temporary are retried a few times. If the thread is interrupted, it cancels
 * the request and stays interrupted. A failed request throws an {@link ApiFailure}.
 */
public final class ProjectApi {

	private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(30);

	private final ProjectSettings settings;

	private final Supplier<BraintrustApi> api;

	private volatile @Nullable String projectId;

	ProjectApi(ProjectSettings settings, Supplier<BraintrustApi> api) {
		this.settings = settings;
		this.api = api;
		this.projectId = settings.parent().id();
	}

	// Whether the project has an API key, which all requests need.
	public boolean hasKey() {
		return this.settings.apiKey() != null;
	}

	// Return the id of the project. Create the project if Braintrust does not have one
	// with this name.
	public String projectId() {
		String id = this.projectId;
		if (id == null) {
			id = id(String.valueOf(this.settings.parent().name()));
			this.projectId = id;
		}
		return id;
	}

	private String id(String name) {
		String orgName = this.settings.orgName();
		String path = "/v1/project?project_name=" + encode(name)
				+ ((orgName != null) ? "&org_name=" + encode(orgName) : "");
		String id = get(path).path("objects").path(0).path("id").asString("");
		if (id.isEmpty()) {
			ObjectNode project = JsonNodeFactory.instance.objectNode().put("name", name);
			if (orgName != null) {
				project.put("org_name", orgName);
			}
			id = post("/v1/project", project).path("id").asString("");
		}
		if (id.isEmpty()) {
			throw withoutId("/v1/project");
		}
		return id;
	}

	// Return the organization of the key.
	public Login.Organization organization() {
		Account account = account(this.settings.apiUrl());
		// Copied, since other callers may wait for the same login.
		Login login = await(BraintrustApi.LOGIN_PATH, this.api.get().login(account).copy());
		return login.organization(this.settings.orgName());
	}

	// Get JSON. The path begins with a slash and may have a query.
	public JsonNode get(String path) {
		return ask(this.settings.apiUrl(), path, null, timeout());
	}

	// Ask for the prompts of a query once, without waiting.
	public CompletableFuture<Reply> prompts(String query, Duration timeout) {
		String id = this.settings.parent().id();
		String orgName = this.settings.orgName();
		String project = (id != null) ? "project_id=" + encode(id)
				: "project_name=" + encode(String.valueOf(this.settings.parent().name()));
		return this.api.get()
			.getOnce(account(this.settings.apiUrl()),
					"/v1/prompt?" + project + "&" + query + ((orgName != null) ? "&org_name=" + encode(orgName) : ""),
					timeout);
	}

	public JsonNode post(String path, JsonNode body) {
		return post(path, body, timeout());
	}

	// Post JSON with a longer timeout, for example because a model creates the answer.
	public JsonNode post(String path, JsonNode body, Duration timeout) {
		return ask(this.settings.apiUrl(), path, body, timeout);
	}

	// Post JSON to the web application, for data that the API does not offer.
	public JsonNode postToApp(String path, JsonNode body) {
		return ask(this.settings.appUrl(), path, body, timeout());
	}

	// Return the failure of an accepted request whose answer has no id.
	public ApiFailure withoutId(String path) {
		return failure(path, Reply.of(200), "has a response without an id");
	}

	// Encode a path segment or a query value.
	public static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	private Duration timeout() {
		Duration timeout = this.settings.export().timeout();
		return (timeout.compareTo(LEAST_TIMEOUT) > 0) ? timeout : LEAST_TIMEOUT;
	}

	private JsonNode ask(URI base, String path, @Nullable JsonNode body, Duration timeout) {
		Reply reply = await(path, this.api.get().ask(account(base), path, body, timeout));
		if (!reply.isAccepted()) {
			throw failure(path, reply, "failed");
		}
		JsonNode json = reply.json();
		if (json.isMissingNode()) {
			throw failure(path, reply, "has a response that is not JSON");
		}
		return json;
	}

	private Account account(URI base) {
		Account account = Account.of(this.settings);
		if (account == null) {
			throw new IllegalStateException("The Braintrust project '" + this.settings.key()
					+ "' has no API key. Set 'braintrust.projects." + this.settings.key()
					+ ".api-key', 'braintrust.api-key', or the environment variable BRAINTRUST_API_KEY.");
		}
		return new Account(account.apiKey(), base, account.orgName(), account.connection(), account.timeout());
	}

	private <T> T await(String path, CompletableFuture<T> reply) {
		try {
			return reply.get();
		}
		catch (InterruptedException ex) {
			reply.cancel(true);
			Thread.currentThread().interrupt();
			throw failure(path, Reply.failed(ex), "was interrupted");
		}
		catch (ExecutionException | CompletionException ex) {
			throw failure(path, Reply.failed(ex), "failed");
		}
	}

	// The query is left out, since it may contain private data.
	private ApiFailure failure(String path, Reply reply, String what) {
		int query = path.indexOf('?');
		return new ApiFailure("A request of the Braintrust project '" + this.settings.key() + "' to '"
				+ ((query != -1) ? path.substring(0, query) : path) + "' " + what, reply);
	}

}
