package dev.braintrust.spring.trace;

import java.util.function.Supplier;

import io.opentelemetry.sdk.trace.IdGenerator;

/**
 * Random ids, but for the root of a conversation whose ids are derived: the SDK has no
 * other way to be told the ids of a span.
 */
final class ConversationIdGenerator implements IdGenerator {

	private final IdGenerator random = IdGenerator.random();

	private final ThreadLocal<ConversationIds> derived = new ThreadLocal<>();

	<T> T with(ConversationIds ids, Supplier<T> start) {
		this.derived.set(ids);
		try {
			return start.get();
		}
		finally {
			this.derived.remove();
		}
	}

	@Override
	public String generateTraceId() {
		ConversationIds ids = this.derived.get();
		return (ids != null) ? ids.traceId() : this.random.generateTraceId();
	}

	@Override
	public String generateSpanId() {
		ConversationIds ids = this.derived.get();
		return (ids != null) ? ids.rootSpanId() : this.random.generateSpanId();
	}

	// The bytes of a hash are spread as evenly as random ones.
	@Override
	public boolean generatesRandomTraceIds() {
		return true;
	}

}
