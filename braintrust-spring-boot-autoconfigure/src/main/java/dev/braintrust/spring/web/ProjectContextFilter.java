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
 * Has the requests of trusted callers continue the trace of a project that their headers
 * name, by {@link ProjectTracer#propagator()}. The application makes it a bean itself.
 * Whoever is trusted decides which trace the spans of a request belong to and whether
 * they are recorded, but not the project: so trust no path alone that strangers can
 * reach. The headers of all others are not read.
 */
public final class ProjectContextFilter extends OncePerRequestFilter {

	private final ProjectRequests<HttpServletRequest> trusted;

	/**
	 * Create a filter.
	 * @param tracer the tracer of the project
	 * @param trusted tells which requests come from trusted callers; one that fails is
	 * taken for a no
	 */
	public ProjectContextFilter(ProjectTracer tracer, Predicate<? super HttpServletRequest> trusted) {
		this.trusted = new ProjectRequests<>(tracer, trusted, "trusted");
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
