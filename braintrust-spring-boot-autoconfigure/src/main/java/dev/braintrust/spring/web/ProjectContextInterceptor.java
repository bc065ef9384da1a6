package dev.braintrust.spring.web;

import java.io.IOException;
import java.util.function.Predicate;

import dev.braintrust.spring.ProjectTracer;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Carries the current span of a project on chosen calls of a {@code RestClient} or
 * {@code RestTemplate}, with {@link ProjectTracer#propagator()}. Add it to the client
 * yourself. Calls that you do not choose, and calls outside a span of the project, stay
 * unchanged.
 * <p>
 * A request has one {@code traceparent}: on the calls that you choose, the project's
 * replaces the application's own.
 */
public final class ProjectContextInterceptor implements ClientHttpRequestInterceptor {

	private final ProjectRequests<HttpRequest> chosen;

	/**
	 * Create an interceptor.
	 * @param tracer the tracer of the project
	 * @param chosen chooses the requests that carry the span, for example by their host;
	 * if it throws, the request does not carry the span
	 */
	public ProjectContextInterceptor(ProjectTracer tracer, Predicate<? super HttpRequest> chosen) {
		this.chosen = new ProjectRequests<>(tracer, chosen, "chosen");
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (this.chosen.include(request)) {
			this.chosen.write(request.getHeaders());
		}
		return execution.execute(request, body);
	}

}
