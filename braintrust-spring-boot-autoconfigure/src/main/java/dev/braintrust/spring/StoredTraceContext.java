package dev.braintrust.spring;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The W3C trace context of a conversation, stored with the conversation, so that turns in
 * other jobs and processes continue one trace. Use {@code TraceContextColumns} for two
 * columns of a JPA entity, {@link #of(Map)} for headers and documents, or implement it
 * for your own store:
 *
 * <pre class="code">
 * tracer.inTrace(StoredTraceContext.of(message.headers()), "answer").call((span) -&gt; …);
 * </pre>
 *
 * @see ProjectTracer#inTrace(StoredTraceContext, String)
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public interface StoredTraceContext {

	/**
	 * The stored {@code traceparent}: 55 characters,
	 * {@code 00-<32 hex digits>-<16 hex digits>-<2 hex digits>}.
	 * @return the value, or {@code null} while nothing is stored
	 */
	@Nullable String traceparent();

	/**
	 * The stored {@code tracestate}.
	 * @return the value, or {@code null} if absent
	 */
	@Nullable String tracestate();

	/**
	 * Store the context of the root span. The starter calls this once per conversation,
	 * on your thread, before the work of the first turn runs, and again if the stored
	 * values are invalid.
	 * @param traceparent the {@code traceparent} of the root span
	 * @param tracestate its {@code tracestate}, or {@code null} if absent
	 */
	void store(String traceparent, @Nullable String tracestate);

	/**
	 * A context in the entries {@code traceparent} and {@code tracestate} of a map: the
	 * headers of a message, the data of a job, a hash of Redis. Names are read in any
	 * case.
	 * @param headers the map, which must be modifiable while nothing is stored
	 * @return the context
	 */
	static StoredTraceContext of(Map<String, String> headers) {
		Assert.notNull(headers, "'headers' must not be null");
		return new HeadersTraceContext(headers);
	}

}
