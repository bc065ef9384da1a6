package dev.braintrust.spring.upload;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks which organization a key belongs to, {@code POST {api-url}/api/apikey/login}, once
 * for all projects of an account. Where it fails, the next upload asks again.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#1-request-a-signed-upload-url">Braintrust's
 * specification, "Request a signed upload URL"</a>
 */
final class Organizations {

	private static final String LOGIN_PATH = "/api/apikey/login";

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final Map<Login, Organization> known = new ConcurrentHashMap<>();

	private final UploadRequests requests;

	Organizations(UploadRequests requests) {
		this.requests = requests;
	}

	CompletableFuture<String> of(UploadTarget target, Runnable failed) {
		Organization created = new Organization();
		Login login = new Login(target.account(), target.connection());
		Organization known = this.known.putIfAbsent(login, created);
		if (known != null) {
			return known.askedBy(failed);
		}
		created.askedBy(failed);
		try {
			this.requests.send(() -> request(target), target, target.timeout(), created::attemptFailed)
				.thenApply((answer) -> id(answer, target.account().orgName()))
				.whenComplete((id, failure) -> ended(login, created, id, failure));
		}
		catch (RuntimeException | Error ex) {
			ended(login, created, null, new UploadFailure(Step.LOGIN, ex.getClass().getSimpleName(), true));
		}
		return created.id;
	}

	@Nullable String known(UploadTarget target) {
		Organization known = this.known.get(new Login(target.account(), target.connection()));
		if (known == null || !known.id.isDone() || known.id.isCompletedExceptionally()) {
			return null;
		}
		return known.id.join();
	}

	private void ended(Login login, Organization created, @Nullable String id, @Nullable Throwable failure) {
		created.failed.clear();
		if (id != null) {
			created.id.complete(id);
			return;
		}
		this.known.remove(login, created);
		created.id.completeExceptionally(
				(failure != null) ? failure : new UploadFailure(Step.LOGIN, "no organization", true));
	}

	private static HttpRequest request(UploadTarget target) {
		String key = target.account().apiKey().value();
		URI login = target.endpoint(LOGIN_PATH);
		return HttpRequest.newBuilder(login)
			.header("Content-Type", "application/json")
			.header("Authorization", "Bearer " + key)
			.POST(BodyPublishers.ofString(MAPPER.writeValueAsString(Map.of("token", key))))
			.build();
	}

	private static String id(UploadAnswer answer, @Nullable String name) {
		if (!answer.isAccepted()) {
			throw new UploadFailure(Step.LOGIN, answer.describe(), true);
		}
		for (JsonNode organization : organizations(answer)) {
			if (name == null || name.equals(organization.path("name").asString(""))) {
				String id = organization.path("id").asString("");
				if (!id.isEmpty()) {
					return id;
				}
			}
		}
		throw new UploadFailure(Step.LOGIN,
				(name != null) ? "no organization of the name in 'org-name'" : "no organization", true);
	}

	private static JsonNode organizations(UploadAnswer answer) {
		try {
			return MAPPER.readTree(answer.body()).path("org_info");
		}
		catch (JacksonException ex) {
			throw new UploadFailure(Step.LOGIN, "an answer that is not JSON", true);
		}
	}

	/**
	 * The organization of an account, and who waits for it.
	 */
	private static final class Organization {

		private final CompletableFuture<String> id = new CompletableFuture<>();

		private final Queue<Runnable> failed = new ConcurrentLinkedQueue<>();

		CompletableFuture<String> askedBy(Runnable failed) {
			if (!this.id.isDone()) {
				this.failed.add(failed);
			}
			return this.id;
		}

		void attemptFailed() {
			this.failed.forEach(Runnable::run);
		}

	}

	// One login: one connection may fail where another does not.
	private record Login(UploadTarget.Account account, ProjectSettings.Connection connection) {
	}

}
