package dev.braintrust.spring.web;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Predicate;

import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Has the requests of trusted callers continue the trace of a project that their headers
 * name, by {@link ProjectTracer#propagator()}. The application makes it a bean itself.
 * Whoever is trusted decides which trace the spans of a request belong to and whether
 * they are recorded, but not the project: so trust no path alone that strangers can
 * reach. The headers of all others are not read.
 */
public final class ProjectContextFilter extends OncePerRequestFilter {

	private static final RequestHeaders GETTER = new RequestHeaders();

	private final ProjectTracer tracer;

	private final Choice<HttpServletRequest> trusted;

	/**
	 * Create a filter.
	 * @param tracer the tracer of the project
	 * @param trusted tells which requests come from trusted callers; one that fails is
	 * taken for a no
	 */
	public ProjectContextFilter(ProjectTracer tracer, Predicate<? super HttpServletRequest> trusted) {
		Assert.notNull(tracer, "'tracer' must not be null");
		Assert.notNull(trusted, "'trusted' must not be null");
		this.tracer = tracer;
		this.trusted = new Choice<>(trusted);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!this.trusted.includes(request)) {
			chain.doFilter(request, response);
			return;
		}
		Context context = this.tracer.propagator().extract(Context.current(), request, GETTER);
		try (Scope ignored = context.makeCurrent()) {
			chain.doFilter(request, response);
		}
	}

	/**
	 * Reads the headers of a request.
	 */
	private static final class RequestHeaders implements TextMapGetter<HttpServletRequest> {

		@Override
		public Iterable<String> keys(HttpServletRequest request) {
			return Collections.list(request.getHeaderNames());
		}

		@Override
		public @Nullable String get(@Nullable HttpServletRequest request, String key) {
			return (request != null) ? request.getHeader(key) : null;
		}

		@Override
		public Iterator<String> getAll(@Nullable HttpServletRequest request, String key) {
			return (request != null) ? request.getHeaders(key).asIterator() : Collections.emptyIterator();
		}

	}

}
