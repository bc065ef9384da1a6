package dev.braintrust.spring.eval.remote;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.DelegatingServletOutputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

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
		GoneResponse response = new GoneResponse();
		this.filter.doFilter(request("echo", stream), response, null);
		assertThat(response.failed).isTrue();
		Thread thread = this.run.get();
		thread.join(TimeUnit.MINUTES.toMillis(1));
		assertThat(thread.isAlive()).isFalse();
		assertThat(response.touchedLater).isZero();
	}

	@Test
	void runOfAReaderWhoHasLeftEndsWithTheFirstWriteThatFails() throws Exception {
		ServletRemoteEvals quiet = new ServletRemoteEvals(APPLICATION.evals(this::thread, Duration.ofMinutes(10)));
		MockHttpServletRequest request = request("waiting", true);
		// The experiment only sends its start event.
		request.setContent("{\"name\":\"waiting\",\"data\":{\"data\":[{\"input\":\"a\"}]},\"stream\":true}"
			.getBytes(StandardCharsets.UTF_8));
		quiet.doFilter(request, new GoneResponse(), null);
		Thread thread = this.run.get();
		thread.join(TimeUnit.MINUTES.toMillis(1));
		assertThat(thread.isAlive()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void runIsAnsweredOnTheThreadOfItsRequest(boolean stream) throws Exception {
		MockHttpServletRequest request = request("echo", stream);
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request, response, null);
		assertThat(request.isAsyncStarted()).isFalse();
		assertThat(response.getContentAsString()).contains("\"experimentName\":\"echo\"");
	}

	@Test
	void eventsPassTheBufferOfAnotherFilter() throws Exception {
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request("echo", true), new BufferingResponse(response), null);
		assertThat(response.getContentAsString()).contains("\"experimentName\":\"echo\"");
	}

	// Tomcat throws the first one, Jetty the second one.
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void serverThatWaitsNoLongerForTheBodyIsOneThatIsTooSlow(boolean tomcat) throws Exception {
		IOException timeout = tomcat ? new SocketTimeoutException()
				: new IOException(new TimeoutException("Idle timeout expired"));
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/braintrust/evals/support/eval") {

			@Override
			public ServletInputStream getInputStream() {
				return new DelegatingServletInputStream(new FailingStream(timeout));
			}

		};
		request.addHeader("Authorization", "Bearer " + RemoteEvalApplication.CALLER);
		request.addHeader("x-bt-org-name", RemoteEvalApplication.ORGANIZATION);
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request, response, null);
		assertThat(response.getStatus()).isEqualTo(408);
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

	private static MockHttpServletRequest request(String eval, boolean stream) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/braintrust/evals/support/eval");
		request.addHeader("Authorization", "Bearer " + RemoteEvalApplication.CALLER);
		request.addHeader("x-bt-org-name", RemoteEvalApplication.ORGANIZATION);
		request.setContent(
				("{\"name\":\"" + eval + "\",\"data\":{\"data\":[{\"input\":\"a\"}]},\"parent\":{\"object_type\":"
						+ "\"playground_logs\",\"object_id\":\"p\"},\"stream\":" + stream + "}")
					.getBytes(StandardCharsets.UTF_8));
		return request;
	}

	/**
	 * A request body that fails when it is read.
	 */
	private static final class FailingStream extends InputStream {

		private final IOException failure;

		FailingStream(IOException failure) {
			this.failure = failure;
		}

		@Override
		public int read() throws IOException {
			throw this.failure;
		}

	}

	/**
	 * Buffers all bytes until the stream is flushed, like the response of a compressing
	 * filter.
	 */
	private static final class BufferingResponse extends HttpServletResponseWrapper {

		private final BufferedOutputStream buffer;

		BufferingResponse(HttpServletResponse response) throws IOException {
			super(response);
			this.buffer = new BufferedOutputStream(response.getOutputStream());
		}

		@Override
		public ServletOutputStream getOutputStream() {
			return new DelegatingServletOutputStream(this.buffer);
		}

	}

	/**
	 * A response whose reader leaves after the headers. After that, the server may use
	 * the object for another request, so no method may be called.
	 */
	private static final class GoneResponse extends MockHttpServletResponse {

		private boolean failed;

		private int touchedLater;

		@Override
		public ServletOutputStream getOutputStream() {
			touch();
			return new ServletOutputStream() {

				@Override
				public void write(int b) throws IOException {
					touch();
					GoneResponse.this.failed = true;
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
			this.touchedLater += this.failed ? 1 : 0;
		}

	}

}
