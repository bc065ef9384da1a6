package dev.braintrust.spring;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The W3C trace context of a conversation, kept where the conversation is kept, so that
 * work in other jobs, processes and weeks continues one trace.
 * {@code TraceContextColumns} keeps it in two columns of a JPA entity, and
 * {@link #of(Map)} among headers; a document or a row can do the same.
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
	 * @return the value, or {@code null} if there is none
	 */
	@Nullable String tracestate();

	/**
	 * Store the context of the root span. Called once in the life of a conversation, on
	 * the thread of the caller, before the work of the first turn runs; and again where
	 * what is stored cannot be read as a trace context.
	 * @param traceparent the {@code traceparent} of the root span
	 * @param tracestate its {@code tracestate}, or {@code null} if it has none
	 */
	void store(String traceparent, @Nullable String tracestate);

	/**
	 * A context that is kept in a map, as the entries {@code traceparent} and
	 * {@code tracestate}: the headers of a message, the data of a job, a hash of Redis.
	 * Names are read whatever their case.
	 * @param headers the map, which must be modifiable as long as nothing is stored
	 * @return the context
	 */
	static StoredTraceContext of(Map<String, String> headers) {
		Assert.notNull(headers, "'headers' must not be null");
		return new HeadersTraceContext(headers);
	}

}
