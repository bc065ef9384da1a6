package dev.braintrust.spring.web;

import java.util.function.Predicate;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.reactor.ReactiveSpans;
import io.opentelemetry.context.Scope;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Carries the current span of a project on chosen calls of a {@code WebClient}, with
 * {@link ProjectTracer#propagator()}. Add it to the client yourself. The current span
 * comes from Reactor's context or, without it, from the subscribing thread. Calls that
 * you do not choose, and calls outside a span of the project, stay unchanged.
 * <p>
 * A request has one {@code traceparent}: on the calls that you choose, the project's
 * replaces the application's own.
 */
public final class ProjectContextExchangeFilter implements ExchangeFilterFunction {

	private final ProjectRequests<ClientRequest> chosen;

	/**
	 * Create a filter.
	 * @param tracer the tracer of the project
	 * @param chosen chooses the requests that carry the span, for example by their host;
	 * if it throws, the request does not carry the span
	 */
	public ProjectContextExchangeFilter(ProjectTracer tracer, Predicate<? super ClientRequest> chosen) {
		this.chosen = new ProjectRequests<>(tracer, chosen, "chosen");
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		if (!this.chosen.include(request)) {
			return next.exchange(request);
		}
		return Mono.deferContextual((context) -> next.exchange(carrying(request, context)));
	}

	private ClientRequest carrying(ClientRequest request, ContextView context) {
		try (Scope ignored = ReactiveSpans.makeCurrent(context)) {
			return ClientRequest.from(request).headers(this.chosen::write).build();
		}
	}

}
