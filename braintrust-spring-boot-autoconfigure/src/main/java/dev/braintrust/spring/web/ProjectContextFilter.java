package dev.braintrust.spring.web;

import java.io.IOException;
import java.util.Collections;
import java.util.function.Predicate;

import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests of trusted callers continue a project's trace, with the headers of
 * {@link ProjectTracer#propagator()}. Declare it as a bean yourself. A trusted caller
 * decides which trace the spans of a request belong to and whether they are recorded, but
 * never the project. Do not trust a path that strangers can reach. The headers of other
 * callers are not read.
 */
public final class ProjectContextFilter extends OncePerRequestFilter {

	private final ProjectRequests<HttpServletRequest> trusted;

	/**
	 * Create a filter.
	 * @param tracer the tracer of the project
	 * @param trusted chooses the requests of trusted callers; if it throws, the headers
	 * are not read
	 */
	public ProjectContextFilter(ProjectTracer tracer, Predicate<? super HttpServletRequest> trusted) {
		this.trusted = new ProjectRequests<>(tracer, trusted, "trusted");
	}

	private ProjectContextFilter(ProjectRequests<HttpServletRequest> trusted) {
		this.trusted = trusted;
	}

	/**
	 * Create a filter that also lets trusted callers send the spans of a request to an
	 * experiment: if a row of an evaluation in another process calls this one, the spans
	 * belong to its row, and are not in the logs of the project. The caller names the
	 * experiment in the header {@code baggage}, as {@link ProjectTracer#propagator()} and
	 * Braintrust's SDKs do. The API key of the project must be allowed to write to it. At
	 * most 16 experiments are open at a time; spans for any other experiment go to the
	 * logs.
	 * @return the new filter
	 */
	public ProjectContextFilter acceptExperiments() {
		return new ProjectContextFilter(this.trusted.acceptingExperiments());
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!this.trusted.include(request)) {
			chain.doFilter(request, response);
			return;
		}
		Context context = this.trusted.extract(Context.current(), (name) -> Collections.list(request.getHeaders(name)));
		try (Scope ignored = context.makeCurrent()) {
			chain.doFilter(request, response);
		}
	}

}
