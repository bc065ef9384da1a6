package dev.braintrust.spring.trace.w3c;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the headers of W3C Trace Context with OpenTelemetry's propagator.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public final class W3CTraceContext {

	public static final String TRACEPARENT = "traceparent";

	public static final String TRACESTATE = "tracestate";

	// W3C asks every party to carry this much. OpenTelemetry's parser takes quadratic
	// time, and the text comes from strangers.
	private static final int MAX_TRACESTATE_LENGTH = 512;

	private static final String VERSION = "00-";

	private static final int TRACEPARENT_LENGTH = 55;

	private static final W3CTraceContextPropagator PROPAGATOR = W3CTraceContextPropagator.getInstance();

	private static final MapGetter GETTER = new MapGetter();

	private W3CTraceContext() {
	}

	public static SpanContext parse(@Nullable String traceparent, @Nullable String tracestate) {
		Map<String, String> headers = new HashMap<>();
		if (traceparent != null) {
			headers.put(TRACEPARENT, traceparent);
		}
		if (tracestate != null && tracestate.length() <= MAX_TRACESTATE_LENGTH) {
			headers.put(TRACESTATE, tracestate);
		}
		return Span.fromContext(PROPAGATOR.extract(DetachedContext.empty(), headers, GETTER)).getSpanContext();
	}

	// Read a span context that was stored. Only version 00 is ever stored, so a value
	// with another version or more text behind it was not written here.
	public static SpanContext parseStored(@Nullable String traceparent, @Nullable String tracestate) {
		boolean ours = traceparent != null && traceparent.length() == TRACEPARENT_LENGTH
				&& traceparent.startsWith(VERSION);
		return ours ? parse(traceparent, tracestate) : SpanContext.getInvalid();
	}

	public static String traceparent(SpanContext context) {
		return write(context).getOrDefault(TRACEPARENT, "");
	}

	public static @Nullable String tracestate(SpanContext context) {
		return write(context).get(TRACESTATE);
	}

	public static Map<String, String> write(SpanContext context) {
		Map<String, String> headers = new LinkedHashMap<>();
		PROPAGATOR.inject(DetachedContext.empty().with(Span.wrap(context)), headers, Map::put);
		return headers;
	}

	/**
	 * Reads a map of headers.
	 */
	private static final class MapGetter implements TextMapGetter<Map<String, String>> {

		@Override
		public Iterable<String> keys(Map<String, String> carrier) {
			return carrier.keySet();
		}

		@Override
		public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
			return (carrier != null) ? carrier.get(key) : null;
		}

	}

}
