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
 * Lets requests of trusted callers continue a project's trace, with the headers of
 * {@link ProjectTracer#propagator()}. Declare it as a bean yourself. Reactive spans and
 * streams of a {@code ChatClient} find the trace in Reactor's context. A trusted caller
 * decides which trace the spans of a request belong to and whether they are recorded, but
 * never the project. Do not trust a path that strangers can reach. The headers of other
 * callers are not read.
 */
public final class ProjectContextWebFilter implements WebFilter {

	private final ProjectTracer tracer;

	private final ProjectRequests<ServerWebExchange> trusted;

	/**
	 * Create a filter.
	 * @param tracer the tracer of the project
	 * @param trusted chooses the requests of trusted callers; if it throws, the headers
	 * are not read
	 */
	public ProjectContextWebFilter(ProjectTracer tracer, Predicate<? super ServerWebExchange> trusted) {
		this.trusted = new ProjectRequests<>(tracer, trusted, "trusted");
		this.tracer = tracer;
	}

	private ProjectContextWebFilter(ProjectTracer tracer, ProjectRequests<ServerWebExchange> trusted) {
		this.trusted = trusted;
		this.tracer = tracer;
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
	public ProjectContextWebFilter acceptExperiments() {
		return new ProjectContextWebFilter(this.tracer, this.trusted.acceptingExperiments());
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
