package dev.braintrust.spring.eval.remote;

import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.Login;
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.RemoteEvalAuthorizer;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.Parent;
import dev.braintrust.spring.settings.Sha256;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Authenticates callers by their token: Braintrust must accept it, it must belong to the
 * organization of the project's own API key, and it must be able to read the project. An
 * accepted caller is cached for a minute, by a hash of the token.
 */
final class Admission {

	static final int REMEMBERED = 64;

	private static final Log logger = LogFactory.getLog(RemoteEvals.class);

	private static final Duration MEMORY = Duration.ofSeconds(60);

	// The characters that a header can contain.
	private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,8192}");

	// Checks that may run at the same time, so that callers without a valid token cannot
	// block all server threads.
	private static final int CHECKS = 16;

	private final Map<String, Remembered> remembered = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
			return size() > REMEMBERED;
		}

	};

	private final AtomicBoolean unreachable = new AtomicBoolean();

	private final Semaphore checks = new Semaphore(CHECKS);

	private final @Nullable RemoteEvalAuthorizer authorizer;

	private final LongSupplier clock;

	// The clock returns nanoseconds.
	Admission(@Nullable RemoteEvalAuthorizer authorizer, LongSupplier clock) {
		this.authorizer = authorizer;
		this.clock = clock;
	}

	// Return the caller of a request, or throw a RequestProblem.
	Caller admit(RemoteProject project, RemoteRequest request) {
		String token = request.token();
		if (token == null) {
			throw new RequestProblem(RequestProblem.UNAUTHORIZED, "The request has no token.");
		}
		String organization = request.header("x-bt-org-name");
		if (organization == null) {
			throw new RequestProblem(RequestProblem.BAD_REQUEST, "The header 'x-bt-org-name' is missing.");
		}
		if (!TOKEN.matcher(token).matches()) {
			throw new RequestProblem(RequestProblem.UNAUTHORIZED, "The token is not valid.");
		}
		String hash = HexFormat.of().formatHex(Sha256.of(project.key(), organization, token));
		Remembered known = remembered(hash);
		if (known == null) {
			known = check(project, organization, token);
			remember(hash, known);
		}
		Caller caller = known.caller(project, organization, token);
		String projectId = request.header("x-bt-project-id");
		if (projectId != null && !projectId.equals(caller.projectId())) {
			throw new RequestProblem(RequestProblem.FORBIDDEN, "This address serves another project.");
		}
		return caller;
	}

	private @Nullable Remembered remembered(String hash) {
		synchronized (this.remembered) {
			long now = this.clock.getAsLong();
			this.remembered.values().removeIf((each) -> now - each.since() >= MEMORY.toNanos());
			return this.remembered.get(hash);
		}
	}

	private void remember(String hash, Remembered known) {
		synchronized (this.remembered) {
			this.remembered.put(hash, known);
		}
	}

	private Remembered check(RemoteProject project, String organization, String token) {
		if (project.settings().apiKey() == null) {
			throw new RequestProblem(RequestProblem.UNAVAILABLE,
					"The project has no API key, so no caller can be compared with its organization.");
		}
		if (!this.checks.tryAcquire()) {
			throw new RequestProblem(RequestProblem.TOO_MANY, "Too many callers are checked at this time.");
		}
		try {
			return ask(project, organization, token);
		}
		finally {
			this.checks.release();
		}
	}

	private Remembered ask(RemoteProject project, String organization, String token) {
		// The caller's token is checked first: before that, no request uses the
		// application's API key, and no missing project is created.
		ProjectApi api = project.api(project.as(token, organization, project.settings().parent()));
		JsonNode login = theirs(RequestProblem.UNAUTHORIZED, "The token is not valid.",
				() -> api.postToApp("/api/apikey/login", JsonNodeFactory.instance.objectNode().put("token", token)));
		Login.Organization own = own(() -> project.api().organization());
		if (!own.name().equals(organization) || !has(login, own)) {
			throw new RequestProblem(RequestProblem.FORBIDDEN, "The project belongs to another organization.");
		}
		String projectId = own(() -> project.api().projectId());
		JsonNode seen = theirs(RequestProblem.FORBIDDEN, "The token cannot read the project.",
				() -> api.get("/v1/project/" + ProjectApi.encode(projectId)));
		if (!seen.path("id").asString("").equals(projectId)) {
			throw new RequestProblem(RequestProblem.FORBIDDEN, "The token cannot read the project.");
		}
		this.unreachable.set(false);
		return new Remembered(projectId, seen.path("name").asString(""), this.clock.getAsLong());
	}

	private static boolean has(JsonNode login, Login.Organization own) {
		for (JsonNode organization : login.path("org_info")) {
			if (organization.path("id").asString("").equals(own.id())) {
				return true;
			}
		}
		return false;
	}

	// Send a request with the caller's token. A refusal is the caller's problem, other
	// failures are not.
	private <T> T theirs(int status, String message, Supplier<T> question) {
		try {
			return question.get();
		}
		catch (ApiFailure ex) {
			int answered = ex.reply().status();
			if (answered >= 400 && answered < 500 && answered != 408 && answered != 429) {
				throw new RequestProblem(status, message);
			}
			throw unreachable(ex);
		}
	}

	private <T> T own(Supplier<T> question) {
		try {
			return question.get();
		}
		catch (ApiFailure ex) {
			throw unreachable(ex);
		}
	}

	// Anyone can cause this, so it is logged once until a caller is accepted again. If
	// the caller has disconnected, the failure does not concern Braintrust.
	private RequestProblem unreachable(ApiFailure failure) {
		if (!Thread.currentThread().isInterrupted() && !this.unreachable.getAndSet(true)) {
			logger.warn("Remote evaluations reject new callers at the moment. " + failure.getMessage() + ".");
		}
		return new RequestProblem(RequestProblem.NO_ANSWER, "Braintrust cannot verify your token at this time.");
	}

	// Call the application's authorizer, for each request.
	void authorize(RemoteProject project, Caller caller, @Nullable String eval, RemoteRequest request) {
		if (this.authorizer == null) {
			return;
		}
		boolean allowed = false;
		try {
			allowed = this.authorizer
				.isAllowed(new RemoteEvalAuthorizer.Call(project.key(), caller.organization(), eval, request::header));
		}
		catch (RuntimeException ex) {
			logger.warn("A RemoteEvalAuthorizer failed, so a caller is refused: " + ex.getClass().getName());
		}
		if (!allowed) {
			throw new RequestProblem(RequestProblem.FORBIDDEN, "The application does not allow this.");
		}
	}

	// An accepted caller, without the token.
	private record Remembered(String projectId, String projectName, long since) {

		Caller caller(RemoteProject project, String organization, String token) {
			ProjectSettings settings = project.as(token, organization, new Parent(this.projectId, null));
			return new Caller(settings, project.api(settings), organization, this.projectId, this.projectName);
		}

	}

}
