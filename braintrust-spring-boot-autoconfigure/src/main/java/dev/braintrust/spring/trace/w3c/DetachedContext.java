package dev.braintrust.spring.trace.w3c;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * A context that is never current and holds only the values that are put into it. The SDK
 * of a project and OpenTelemetry's propagators receive spans in it. OpenTelemetry's own
 * contexts do not work here: with the Java agent they belong to the agent and hold only
 * the agent's spans.
 */
public final class DetachedContext implements Context {

	private static final DetachedContext EMPTY = new DetachedContext(null, null, null);

	private final @Nullable ContextKey<?> key;

	private final @Nullable Object value;

	private final @Nullable DetachedContext rest;

	private DetachedContext(@Nullable ContextKey<?> key, @Nullable Object value, @Nullable DetachedContext rest) {
		this.key = key;
		this.value = value;
		this.rest = rest;
	}

	// Return the context without values.
	public static Context empty() {
		return EMPTY;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <V> @Nullable V get(ContextKey<V> key) {
		for (DetachedContext context = this; context != null; context = context.rest) {
			if (context.key == key) {
				return (V) context.value;
			}
		}
		return null;
	}

	@Override
	public <V> Context with(ContextKey<V> key, V value) {
		return new DetachedContext(key, value, this);
	}

}
