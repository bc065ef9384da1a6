package dev.braintrust.spring.eval.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Serves remote evaluations in a servlet application. It is a filter, since Spring MVC
 * would answer the questions of browsers by rules that are made for other pages.
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
			// The reader has left.
		}
	}

	private static byte[] read(HttpServletRequest http, long max, Duration slowest) throws IOException {
		// What is announced as too large is not read at all.
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
		catch (SocketTimeoutException ex) {
			// The server waits for each byte only for so long.
			throw RequestProblem.tooSlow(slowest);
		}
		return body.toByteArray();
	}

	// A run takes a thread of the server until it ends, as many threads as there may be
	// runs. So nobody else touches the request, whatever its reader does.
	private static void stream(RemoteAnswer.Events answer, HttpServletResponse to) throws IOException {
		RunEvents events = answer.events();
		try {
			answer.headers().forEach(to::setHeader);
			to.flushBuffer();
			for (String event = events.next(); event != null; event = events.next()) {
				OutputStream out = to.getOutputStream();
				out.write(event.getBytes(StandardCharsets.UTF_8));
				// A filter may have a buffer of its own before that of the response.
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
