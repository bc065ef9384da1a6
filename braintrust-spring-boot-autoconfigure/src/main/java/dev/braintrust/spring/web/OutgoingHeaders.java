package dev.braintrust.spring.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.context.Context;

import org.springframework.http.HttpHeaders;

/**
 * Writes the current span of a project into the headers of a request, in the place of
 * what is there: a request has one trace context.
 */
final class OutgoingHeaders {

	private static final String TRACESTATE = "tracestate";

	private static final String BAGGAGE = "baggage";

	private final ProjectTracer tracer;

	OutgoingHeaders(ProjectTracer tracer) {
		this.tracer = tracer;
	}

	Map<String, String> of(HttpHeaders headers) {
		if (!this.tracer.currentSpan().getSpanContext().isValid()) {
			return Map.of();
		}
		Map<String, String> carrier = new LinkedHashMap<>();
		List<String> baggage = headers.get(BAGGAGE);
		if (baggage != null) {
			carrier.put(BAGGAGE, String.join(",", baggage));
		}
		this.tracer.propagator().inject(Context.current(), carrier, Map::put);
		carrier.computeIfPresent(BAGGAGE, (name, value) -> ascii(value));
		return carrier;
	}

	static void set(Map<String, String> carrier, HttpHeaders headers) {
		if (!carrier.isEmpty()) {
			headers.remove(TRACESTATE);
			carrier.forEach(headers::set);
		}
	}

	// HTTP clients refuse a request with other characters, and members may be strangers'.
	private static String ascii(String baggage) {
		return Stream.of(baggage.split(","))
			.filter((member) -> member.chars().allMatch((character) -> character >= ' ' && character <= '~'))
			.collect(Collectors.joining(","));
	}

}
