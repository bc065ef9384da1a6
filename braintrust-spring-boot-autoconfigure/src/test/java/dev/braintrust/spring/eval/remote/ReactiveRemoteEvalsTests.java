package dev.braintrust.spring.eval.remote;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ReactiveRemoteEvals}.
 */
class ReactiveRemoteEvalsTests {

	private static final RemoteEvalApplication APPLICATION = new RemoteEvalApplication(Kind.REACTIVE);

	@AfterAll
	static void close() {
		APPLICATION.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void runOfAReaderWhoLeavesBeforeItIsReadEnds(boolean stream) throws Exception {
		CompletableFuture<Disposable> subscription = new CompletableFuture<>();
		CompletableFuture<Thread> run = new CompletableFuture<>();
		// The run has begun, and its events have no subscriber yet. The server cancels on
		// another thread.
		RemoteEvals evals = APPLICATION.evals((task) -> new Thread(task) {

			@Override
			public void start() {
				super.start();
				run.complete(this);
				CompletableFuture.runAsync(() -> subscription.join().dispose()).join();
			}

		});
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.post("/braintrust/evals/support/eval")
				.header("Authorization", "Bearer " + RemoteEvalApplication.CALLER)
				.header("x-bt-org-name", RemoteEvalApplication.ORGANIZATION)
				.body("{\"name\":\"waiting\",\"data\":{\"data\":[{\"input\":\"a\"}]},\"parent\":{\"object_type\":"
						+ "\"playground_logs\",\"object_id\":\"p\"},\"stream\":" + stream + "}"));
		ReactiveRemoteEvals filter = new ReactiveRemoteEvals(evals, null);
		subscription.complete(filter.filter(exchange, (next) -> Mono.empty()).subscribe());
		Thread thread = run.get(1, TimeUnit.MINUTES);
		thread.join(TimeUnit.MINUTES.toMillis(1));
		assertThat(thread.isAlive()).isFalse();
	}

}
