package dev.braintrust.spring.eval.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.braintrust.spring.api.BackgroundThreads;
import jakarta.servlet.AsyncContext;
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
		if (answer instanceof RemoteAnswer.Text text) {
			write(text, to);
			return;
		}
		boolean waiting = false;
		try {
			if (answer instanceof RemoteAnswer.Later later) {
				AsyncContext async = async(http);
				later.text().thenAccept((text) -> complete(text, to, async));
			}
			else {
				stream((RemoteAnswer.Events) answer, http, to);
			}
			waiting = true;
		}
		finally {
			if (!waiting) {
				answer.abandon();
			}
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

	private static AsyncContext async(HttpServletRequest http) {
		AsyncContext async = http.startAsync();
		// A run has its own limits.
		async.setTimeout(0);
		return async;
	}

	private static void stream(RemoteAnswer.Events answer, HttpServletRequest http, HttpServletResponse to)
			throws IOException {
		answer.headers().forEach(to::setHeader);
		to.flushBuffer();
		AsyncContext async = async(http);
		BackgroundThreads.named("braintrust-eval-events").newThread(() -> pump(answer.events(), to, async)).start();
	}

	private static void pump(RunEvents events, HttpServletResponse to, AsyncContext async) {
		boolean written = false;
		try {
			OutputStream out = to.getOutputStream();
			for (String event = events.next(); event != null; event = events.next()) {
				out.write(event.getBytes(StandardCharsets.UTF_8));
				out.flush();
			}
			written = true;
		}
		catch (IOException | IllegalStateException ex) {
			// The reader has left. The server ends the request, and may use its objects
			// for
			// another one by now, so nothing is completed here.
		}
		finally {
			events.close();
			if (written) {
				complete(async);
			}
		}
	}

	private static void complete(RemoteAnswer.Text text, HttpServletResponse to, AsyncContext async) {
		try {
			write(text, to);
			to.flushBuffer();
			complete(async);
		}
		catch (IOException | IllegalStateException ex) {
			// The reader has left, and the server ends the request.
		}
	}

	private static void complete(AsyncContext async) {
		try {
			async.complete();
		}
		catch (IllegalStateException ex) {
			// The server has done so.
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
