package dev.braintrust.spring.eval.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Serves remote evaluations in a servlet application. It is a filter, because Spring MVC
 * would apply the application's own CORS rules to preflight requests.
 */
final class ServletRemoteEvals implements Filter {

	private final RemoteEvals evals;

	ServletRemoteEvals(RemoteEvals evals) {
		this.evals = evals;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		HttpServletResponse to = (HttpServletResponse) response;
		String below = this.evals.below(http.getRequestURI().substring(http.getContextPath().length()));
		if (below == null) {
			chain.doFilter(request, response);
			return;
		}
		RemoteAnswer answer = this.evals.answer(new RemoteRequest(http.getMethod(), below, http::getHeader,
				(max, slowest) -> read(http, max, slowest)));
		try {
			if (answer instanceof RemoteAnswer.Text text) {
				write(text, to);
			}
			else {
				stream((RemoteAnswer.Events) answer, to);
			}
		}
		catch (IOException ex) {
			// The client has disconnected.
		}
	}

	private static byte[] read(HttpServletRequest http, long max, Duration slowest) throws IOException {
		// A body with a too large Content-Length is not read at all.
		if (http.getContentLengthLong() > max) {
			throw RequestProblem.tooLarge(max);
		}
		long begin = System.nanoTime();
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		byte[] buffer = new byte[8192];
		InputStream stream = http.getInputStream();
		try {
			for (int read = stream.read(buffer); read != -1; read = stream.read(buffer)) {
				body.write(buffer, 0, read);
				if (body.size() > max) {
					throw RequestProblem.tooLarge(max);
				}
				if (System.nanoTime() - begin > slowest.toNanos()) {
					throw RequestProblem.tooSlow(slowest);
				}
			}
		}
		catch (IOException ex) {
			// The server's own read timeout has expired.
			if (isTimeout(ex)) {
				throw RequestProblem.tooSlow(Duration.ofNanos(System.nanoTime() - begin));
			}
			throw ex;
		}
		return body.toByteArray();
	}

	// Tomcat throws the first type. Jetty throws an exception that has the second type
	// as its cause.
	private static boolean isTimeout(IOException ex) {
		return ex instanceof SocketTimeoutException || ex.getCause() instanceof TimeoutException;
	}

	// A run blocks a server thread until it ends; the number of runs is limited. So no
	// other thread uses the request, even if the client disconnects.
	private static void stream(RemoteAnswer.Events answer, HttpServletResponse to) throws IOException {
		RunEvents events = answer.events();
		try {
			answer.headers().forEach(to::setHeader);
			to.flushBuffer();
			for (String event = events.next(); event != null; event = events.next()) {
				OutputStream out = to.getOutputStream();
				out.write(event.getBytes(StandardCharsets.UTF_8));
				// Another filter may buffer the output, so flush the stream and not only
				// the response.
				out.flush();
			}
		}
		finally {
			events.close();
		}
	}

	private static void write(RemoteAnswer.Text text, HttpServletResponse to) throws IOException {
		byte[] body = text.body().getBytes(StandardCharsets.UTF_8);
		to.setStatus(text.status());
		text.headers().forEach(to::setHeader);
		if (body.length > 0) {
			to.setContentLength(body.length);
			to.getOutputStream().write(body);
		}
	}

}
