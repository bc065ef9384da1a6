package dev.braintrust.spring.eval.remote;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import dev.braintrust.spring.eval.RemoteEvalAuthorizer;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link Admission}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AdmissionTests {

	private static final RemoteEvalApplication APPLICATION = new RemoteEvalApplication(
			RemoteEvalApplication.Kind.SERVLET);

	private final AtomicLong time = new AtomicLong();

	private final Admission admission = new Admission(null, this.time::get);

	@AfterAll
	static void close() {
		APPLICATION.close();
	}

	private static RemoteProject project() {
		return APPLICATION.evals().projects().get("support");
	}

	private static RemoteRequest request(String token) {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		headers.put("Authorization", "bearer " + token);
		headers.put("X-Bt-Org-Name", RemoteEvalApplication.ORGANIZATION);
		return new RemoteRequest("GET", "/support/list", headers::get, (max, slowest) -> new byte[0]);
	}

	private static int logins(String token) {
		return (int) APPLICATION.braintrust()
			.calls("POST /api/apikey/login")
			.stream()
			.filter((call) -> call.body().path("token").asString().equals(token))
			.count();
	}

	@Test
	void whoWasLetInIsRememberedForAMinute() {
		this.admission.admit(project(), request("one"));
		this.time.addAndGet(Duration.ofSeconds(59).toNanos());
		this.admission.admit(project(), request("one"));
		assertThat(logins("one")).isEqualTo(1);
		this.time.addAndGet(Duration.ofSeconds(2).toNanos());
		this.admission.admit(project(), request("one"));
		assertThat(logins("one")).isEqualTo(2);
	}

	@Test
	void whoIsRefusedIsNotRemembered() {
		APPLICATION.braintrust().data().refusing("two");
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(RequestProblem.class)
				.isThrownBy(() -> this.admission.admit(project(), request("two")));
		}
		assertThat(logins("two")).isEqualTo(2);
	}

	@Test
	void nothingIsAskedOrMadeForACallerWhomBraintrustDoesNotKnow() {
		try (RemoteEvalApplication application = new RemoteEvalApplication(RemoteEvalApplication.Kind.SERVLET)) {
			RemoteProject project = application.evals().projects().get("support");
			ProjectSettings settings = project.as(RemoteEvalApplication.OWN_KEY, RemoteEvalApplication.ORGANIZATION,
					new ProjectSettings.Parent(null, "a new name"));
			RemoteProject named = new RemoteProject(settings, project.api(settings), project.experiments(),
					project.evals());
			application.braintrust().data().refusing("unknown");
			assertThatExceptionOfType(RequestProblem.class)
				.isThrownBy(() -> this.admission.admit(named, request("unknown")))
				.satisfies((problem) -> assertThat(problem.status()).isEqualTo(401));
			assertThat(application.braintrust().calls()).singleElement()
				.satisfies((call) -> assertThat(call.authorization()).isEqualTo("Bearer unknown"));
		}
	}

	@Test
	void silenceOfBraintrustIsLoggedOnceUntilSomebodyIsLetIn(CapturedOutput output) {
		String warning = "Remote evaluations reject new callers";
		for (int i = 1; i <= 2; i++) {
			// This login is not retried.
			APPLICATION.braintrust().failing("POST /api/apikey/login", Fault.status(429));
			try {
				for (int j = 0; j < 3; j++) {
					assertThatExceptionOfType(RequestProblem.class)
						.isThrownBy(() -> this.admission.admit(project(), request("unheard")))
						.satisfies((problem) -> assertThat(problem.status()).isEqualTo(502));
				}
			}
			finally {
				APPLICATION.braintrust().recovering();
			}
			assertThat(output.getAll().split(warning, -1)).hasSize(i + 1);
			this.admission.admit(project(), request("heard-" + i));
		}
	}

	@Test
	void callerWhoLeavesWhileTheyAreCheckedIsNotLogged(CapturedOutput output) {
		// Without a delay, the answer may arrive before the caller waits for it.
		APPLICATION.braintrust().failing("POST /api/apikey/login", Fault.delay(Duration.ofMinutes(1)));
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(RequestProblem.class)
				.isThrownBy(() -> this.admission.admit(project(), request("leaving")));
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
			APPLICATION.braintrust().recovering();
		}
		assertThat(output).doesNotContain("reject new callers");
	}

	@Test
	void onlyTheLastSixtyFourAreRemembered() {
		for (int i = 0; i <= Admission.REMEMBERED; i++) {
			this.admission.admit(project(), request("many-" + i));
		}
		this.admission.admit(project(), request("many-" + Admission.REMEMBERED));
		this.admission.admit(project(), request("many-0"));
		assertThat(logins("many-" + Admission.REMEMBERED)).isEqualTo(1);
		assertThat(logins("many-0")).isEqualTo(2);
	}

	@Test
	void callersWhoAreCheckedTakeALimitedNumberOfThreads() throws Exception {
		APPLICATION.braintrust().failing("POST /api/apikey/login", Fault.delay(Duration.ofMinutes(1)));
		Thread[] checks = new Thread[16];
		try {
			for (int i = 0; i < checks.length; i++) {
				RemoteRequest request = request("slow-" + i);
				checks[i] = new Thread(() -> this.admission.admit(project(), request));
				checks[i].setUncaughtExceptionHandler((thread, failure) -> {
				});
				checks[i].start();
			}
			await().untilAsserted(() -> {
				CompletableFuture<RequestProblem> refused = new CompletableFuture<>();
				Thread another = new Thread(() -> refuse(refused));
				another.start();
				assertThat(refused).succeedsWithin(Duration.ofSeconds(1))
					.extracting(RequestProblem::status)
					.isEqualTo(429);
			});
		}
		finally {
			APPLICATION.braintrust().recovering();
			for (Thread check : checks) {
				check.interrupt();
			}
		}
	}

	private void refuse(CompletableFuture<RequestProblem> refused) {
		try {
			this.admission.admit(project(), request("another"));
		}
		catch (RequestProblem ex) {
			refused.complete(ex);
		}
	}

	@Test
	void authorizerThatFailsRefuses() {
		RemoteEvalAuthorizer failing = (call) -> {
			throw new IllegalStateException("secret");
		};
		Admission strict = new Admission(failing, this.time::get);
		Caller caller = strict.admit(project(), request("three"));
		assertThatExceptionOfType(RequestProblem.class)
			.isThrownBy(() -> strict.authorize(project(), caller, "echo", request("three")))
			.withMessage("The application does not allow this.");
	}

	@Test
	void tokenThatNoRequestCanCarryIsRefusedWithoutBeingShown() {
		for (String token : List.of("secret\u20ac", "secret\u007f", "secret\u00e9", "secret one", "s".repeat(20_000))) {
			assertThatExceptionOfType(RequestProblem.class)
				.isThrownBy(() -> this.admission.admit(project(), request(token)))
				.withMessage("The token is not valid.")
				.satisfies((problem) -> assertThat(problem.status()).isEqualTo(401));
			assertThat(logins(token)).isZero();
		}
	}

	@Test
	void tokenIsNotKeptAfterItsRequest() {
		WeakReference<Caller> caller = new WeakReference<>(this.admission.admit(project(), request("kept")));
		await().untilAsserted(() -> {
			System.gc();
			assertThat(caller.get()).isNull();
		});
		this.admission.admit(project(), request("kept"));
		assertThat(logins("kept")).isEqualTo(1);
	}

	@Test
	void nothingShowsTheToken() {
		Caller caller = this.admission.admit(project(), request("four"));
		assertThat(caller.toString() + caller.settings() + caller.settings().apiKey()).doesNotContain("four");
	}

}
