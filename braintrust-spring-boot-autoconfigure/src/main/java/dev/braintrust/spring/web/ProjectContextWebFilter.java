package dev.braintrust.spring.web;

import java.util.function.Predicate;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.reactor.ReactiveSpans;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Has the requests of trusted callers continue the trace of a project that their headers
 * name, by {@link ProjectTracer#propagator()}. The application makes it a bean itself.
 * Reactive spans and streams of a {@code ChatClient} find the trace in Reactor's context.
 * Whoever is trusted decides which trace the spans of a request belong to and whether
 * they are recorded, but not the project: so trust no path alone that strangers can
 * reach. The headers of all others are not read.
 */
public final class ProjectContextWebFilter implements WebFilter {

	private final ProjectTracer tracer;

	private final ProjectRequests<ServerWebExchange> trusted;

	/**
	 * Create a filter.
	 * @param tracer the tracer of the project
	 * @param trusted tells which requests come from trusted callers; one that fails is
	 * taken for a no
	 */
	public ProjectContextWebFilter(ProjectTracer tracer, Predicate<? super ServerWebExchange> trusted) {
		this.trusted = new ProjectRequests<>(tracer, trusted, "trusted");
		this.tracer = tracer;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		Mono<Void> handling = chain.filter(exchange);
		if (!this.trusted.include(exchange)) {
			return handling;
		}
		ProjectSpan caller = caller(exchange.getRequest().getHeaders());
		return caller.getSpanContext().isValid() ? ReactiveSpans.within(caller, handling) : handling;
	}

	private ProjectSpan caller(HttpHeaders headers) {
		Context context = this.trusted.extract(Context.root(), headers::get);
		try (Scope ignored = context.makeCurrent()) {
			return this.tracer.currentSpan();
		}
	}

}
