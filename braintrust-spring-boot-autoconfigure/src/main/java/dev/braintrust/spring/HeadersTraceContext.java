package dev.braintrust.spring;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Stores a trace context in a map of headers. Names are read in any case and written in
 * lower case.
 */
final class HeadersTraceContext implements StoredTraceContext {

	private static final String TRACEPARENT = "traceparent";

	private static final String TRACESTATE = "tracestate";

	private final Map<String, String> headers;

	HeadersTraceContext(Map<String, String> headers) {
		this.headers = headers;
	}

	@Override
	public @Nullable String traceparent() {
		return get(TRACEPARENT);
	}

	@Override
	public @Nullable String tracestate() {
		return get(TRACESTATE);
	}

	private @Nullable String get(String name) {
		for (Map.Entry<String, String> header : this.headers.entrySet()) {
			if (name.equalsIgnoreCase(header.getKey())) {
				return header.getValue();
			}
		}
		return null;
	}

	@Override
	public void store(String traceparent, @Nullable String tracestate) {
		this.headers.keySet()
			.removeIf((name) -> TRACEPARENT.equalsIgnoreCase(name) || TRACESTATE.equalsIgnoreCase(name));
		this.headers.put(TRACEPARENT, traceparent);
		if (tracestate != null) {
			this.headers.put(TRACESTATE, tracestate);
		}
	}

	@Override
	public String toString() {
		return "HeadersTraceContext[traceparent=" + traceparent() + ", tracestate=" + tracestate() + "]";
	}

}
