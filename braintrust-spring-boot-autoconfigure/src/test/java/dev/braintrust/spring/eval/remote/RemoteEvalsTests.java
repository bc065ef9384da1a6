package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RemoteEvals}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RemoteEvalsTests {

	private static final RemoteEvalApplication APPLICATION = new RemoteEvalApplication(Kind.SERVLET);

	@AfterAll
	static void close() {
		APPLICATION.close();
	}

	private static RemoteRequest request(String body) {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		headers.put("Authorization", "Bearer " + RemoteEvalApplication.CALLER);
		headers.put("x-bt-org-name", RemoteEvalApplication.ORGANIZATION);
		return new RemoteRequest("POST", "/support/eval", headers::get,
				(max, slowest) -> body.getBytes(StandardCharsets.UTF_8));
	}

	// The playground sends this if it has no token.
	@Test
	void literalNullIsNoToken() {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		RemoteRequest request = new RemoteRequest("GET", "/support/list", headers::get, (max, slowest) -> new byte[0]);
		headers.put("x-bt-auth-token", "null");
		assertThat(request.token()).isNull();
		headers.put("Authorization", "Bearer null");
		assertThat(request.token()).isNull();
		headers.put("Authorization", "Bearer t-1");
		assertThat(request.token()).isEqualTo("t-1");
		headers.put("x-bt-auth-token", "t-2");
		assertThat(request.token()).isEqualTo("t-2");
	}

	@Test
	void bodyThatBreaksOffIsNoFailureOfTheApplication(CapturedOutput output) {
		RemoteRequest whole = request("");
		for (Exception failure : new Exception[] { new IOException("Broken pipe"), new IllegalStateException() }) {
			RemoteRequest broken = new RemoteRequest("POST", whole.path(), whole.headers(), (max, slowest) -> {
				if (failure instanceof IOException ex) {
					throw ex;
				}
				throw (RuntimeException) failure;
			});
			assertThat(APPLICATION.evals().answer(broken)).isInstanceOfSatisfying(RemoteAnswer.Text.class, (text) -> {
				assertThat(text.status()).isEqualTo(400);
				assertThat(text.body()).contains("The body is incomplete.");
			});
		}
		assertThat(output).doesNotContain("A request to the remote evaluations failed");
	}

	@Test
	void eachKindOfFailureIsLoggedOnce(CapturedOutput output) {
		Deque<Throwable> failures = new ArrayDeque<>(List.of(new IllegalStateException("secret"),
				new IllegalStateException("secret"), new NoSuchMethodError("secret")));
		RemoteEvals evals = APPLICATION.evals((task) -> new Thread(task) {

			@Override
			public void start() {
				ReflectionUtils.rethrowRuntimeException(failures.remove());
			}

		});
		while (!failures.isEmpty()) {
			evals.answer(request("{\"name\":\"plain\",\"data\":{\"data\":[{\"input\":\"a\"}]}}"));
		}
		assertThat(output)
			.containsOnlyOnce(
					"A request to the remote evaluations failed: java.lang.IllegalStateException. This is logged once.")
			.containsOnlyOnce(
					"A request to the remote evaluations failed: java.lang.NoSuchMethodError. This is logged once.")
			.doesNotContain("secret");
	}

	@Test
	void runWhoseThreadCannotStartLeavesNothingBehind() {
		AtomicBoolean exhausted = new AtomicBoolean(true);
		AtomicInteger interrupted = new AtomicInteger();
		RemoteEvals evals = APPLICATION.evals((task) -> new Thread(task) {

			@Override
			public void start() {
				if (exhausted.get()) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				super.start();
			}

			@Override
			public void interrupt() {
				interrupted.incrementAndGet();
			}

		});
		RemoteRequest request = request("{\"name\":\"plain\",\"data\":{\"data\":[{\"input\":\"a\"}]}}");
		for (int i = 0; i < 2; i++) {
			assertThat(evals.answer(request)).isInstanceOfSatisfying(RemoteAnswer.Text.class, (text) -> {
				assertThat(text.status()).isEqualTo(500);
				assertThat(text.body()).contains("unable to create native thread");
			});
		}
		evals.stop();
		assertThat(interrupted).hasValue(0);
		evals.start();
		exhausted.set(false);
		assertThat(evals.answer(request)).isInstanceOfSatisfying(RemoteAnswer.Text.class,
				(text) -> assertThat(text.status()).isEqualTo(200));
	}

}
