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
 * {@code RestTemplate}, by {@link ProjectTracer#propagator()}. The application adds it to
 * the client itself. A call that is not chosen, or is made outside every span of the
 * project, is left as it is.
 * <p>
 * A request has one {@code traceparent}: on chosen calls the project's takes the place of
 * the application's own.
 */
public final class ProjectContextInterceptor implements ClientHttpRequestInterceptor {

	private final ProjectRequests<HttpRequest> chosen;

	/**
	 * Create an interceptor.
	 * @param tracer the tracer of the project
	 * @param chosen tells which requests carry the span, such as by their host; one that
	 * fails is taken for a no
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
