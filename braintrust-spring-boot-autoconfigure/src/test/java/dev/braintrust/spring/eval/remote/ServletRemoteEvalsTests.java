package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link ServletRemoteEvals}.
 */
class ServletRemoteEvalsTests {

	private static final RemoteEvalApplication APPLICATION = new RemoteEvalApplication(Kind.SERVLET);

	private final CompletableFuture<Thread> run = new CompletableFuture<>();

	private final ServletRemoteEvals filter = new ServletRemoteEvals(APPLICATION.evals(this::thread));

	@AfterAll
	static void close() {
		APPLICATION.close();
	}

	private Thread thread(Runnable task) {
		Thread thread = new Thread(task);
		this.run.complete(thread);
		return thread;
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nothingOfARequestIsTouchedAfterItsReaderHasLeft(boolean stream) throws Exception {
		Request request = new Request("echo", stream);
		request.setAsyncSupported(true);
		GoneResponse response = new GoneResponse();
		this.filter.doFilter(request, response, null);
		Thread writer = response.failed.get(1, TimeUnit.MINUTES);
		for (Thread thread : new Thread[] { writer, this.run.get() }) {
			thread.join(TimeUnit.MINUTES.toMillis(1));
			assertThat(thread.isAlive()).isFalse();
		}
		assertThat(request.completed).hasValue(0);
		assertThat(response.touchedLater).hasValue(0);
	}

	@Test
	void runOfAReaderWhoHasLeftEndsWithTheFirstWriteThatFails() throws Exception {
		ServletRemoteEvals quiet = new ServletRemoteEvals(APPLICATION.evals(this::thread, Duration.ofMinutes(10)));
		Request request = new Request("waiting", true);
		request.setAsyncSupported(true);
		// An experiment of its own says that it has begun, and then nothing.
		request.setContent("{\"name\":\"waiting\",\"data\":{\"data\":[{\"input\":\"a\"}]},\"stream\":true}"
			.getBytes(StandardCharsets.UTF_8));
		quiet.doFilter(request, new GoneResponse(), null);
		Thread thread = this.run.get();
		thread.join(TimeUnit.MINUTES.toMillis(1));
		assertThat(thread.isAlive()).isFalse();
	}

	// The server may end a request while its failed write has not returned, and then the
	// write says nothing of it.
	@Test
	void serverThatEndsARequestWaitsForWhatIsBeingWritten() throws Exception {
		Request request = new Request("echo", true);
		request.setAsyncSupported(true);
		AwaitedRequest awaited = new AwaitedRequest(request);
		CompletableFuture<Void> ended = new CompletableFuture<>();
		Thread server = new Thread(() -> {
			awaited.onError(null);
			ended.complete(null);
		});
		assertThat(awaited.write(() -> {
			server.start();
			while (server.getState() != Thread.State.WAITING) {
				Thread.onSpinWait();
			}
			assertThat(ended).isNotDone();
		})).isTrue();
		ended.get(1, TimeUnit.MINUTES);
		assertThat(awaited.write(() -> {
			throw new AssertionError("It belongs to another request");
		})).isFalse();
		awaited.complete();
		assertThat(request.completed).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void runThatIsReadIsCompletedOnce(boolean stream) throws Exception {
		Request request = new Request("echo", stream);
		request.setAsyncSupported(true);
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request, response, null);
		request.end.get(1, TimeUnit.MINUTES);
		assertThat(request.completed).hasValue(1);
		assertThat(response.getContentAsString()).contains("\"experimentName\":\"echo\"");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void runThatTheServerDoesNotWaitForEnds(boolean stream) throws Exception {
		assertThatIllegalStateException().isThrownBy(
				() -> this.filter.doFilter(new Request("waiting", stream), new MockHttpServletResponse(), null));
		Thread thread = this.run.get();
		thread.join(TimeUnit.MINUTES.toMillis(1));
		assertThat(thread.isAlive()).isFalse();
	}

	@Test
	void otherPathsBelongToTheApplication() throws Exception {
		AtomicInteger passed = new AtomicInteger();
		for (String path : new String[] { "/braintrust/evalsx/support/eval", "/other" }) {
			this.filter.doFilter(new MockHttpServletRequest("GET", path), new MockHttpServletResponse(),
					(request, response) -> passed.incrementAndGet());
		}
		assertThat(passed).hasValue(2);
	}

	private static final class Request extends MockHttpServletRequest {

		private final AtomicInteger completed = new AtomicInteger();

		private final CompletableFuture<Void> end = new CompletableFuture<>();

		Request(String eval, boolean stream) {
			super("POST", "/braintrust/evals/support/eval");
			addHeader("Authorization", "Bearer " + RemoteEvalApplication.CALLER);
			addHeader("x-bt-org-name", RemoteEvalApplication.ORGANIZATION);
			setContent(
					("{\"name\":\"" + eval + "\",\"data\":{\"data\":[{\"input\":\"a\"}]},\"parent\":{\"object_type\":"
							+ "\"playground_logs\",\"object_id\":\"p\"},\"stream\":" + stream + "}")
						.getBytes(StandardCharsets.UTF_8));
		}

		@Override
		public AsyncContext startAsync() {
			super.startAsync();
			return startAsync(this, null);
		}

		@Override
		public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
			super.startAsync(request, response);
			return new MockAsyncContext(request, response) {

				@Override
				public void complete() {
					Request.this.completed.incrementAndGet();
					Request.this.end.complete(null);
				}

			};
		}

	}

	/**
	 * A response whose reader has left after its headers. What is called after that may
	 * belong to another request.
	 */
	private static final class GoneResponse extends MockHttpServletResponse {

		private final CompletableFuture<Thread> failed = new CompletableFuture<>();

		private final AtomicInteger touchedLater = new AtomicInteger();

		@Override
		public ServletOutputStream getOutputStream() {
			touch();
			return new ServletOutputStream() {

				@Override
				public void write(int b) throws IOException {
					touch();
					GoneResponse.this.failed.complete(Thread.currentThread());
					throw new IOException("Broken pipe");
				}

				@Override
				public void flush() {
					touch();
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setWriteListener(WriteListener listener) {
				}

			};
		}

		@Override
		public void flushBuffer() {
			touch();
		}

		private void touch() {
			if (this.failed.isDone()) {
				this.touchedLater.incrementAndGet();
			}
		}

	}

}
