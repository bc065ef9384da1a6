package dev.braintrust.spring.sample.offline;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A span as received by the collector.
 *
 * @param route the {@code x-bt-parent} header of its request, or {@code null} for the
 * application's own telemetry
 * @param traceId the id of its trace
 * @param spanId its id
 * @param parentSpanId the id of its parent, or empty
 * @param name its name
 * @param startNanos its start, in nanoseconds since 1970
 * @param endNanos its end, in nanoseconds since 1970
 * @param failed whether its status is an error
 * @param attributes its attributes
 */
public record CollectedSpan(@Nullable String route, String traceId, String spanId, String parentSpanId, String name,
		long startNanos, long endNanos, boolean failed, Map<String, String> attributes) {

	/**
	 * An attribute.
	 * @param key its key
	 * @return its value, or an empty text
	 */
	public String attribute(String key) {
		return this.attributes.getOrDefault(key, "");
	}

}
