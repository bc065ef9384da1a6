package dev.braintrust.spring.trace;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the trace of a conversation and of its root span, made of nothing but the
 * project and the application's own id of the conversation: the first 16 and the next 8
 * bytes of the SHA-256 of {@code braintrust-conversation}, the route of the project
 * ({@code project_id:…} or {@code project_name:…}) and the id, each in UTF-8 and with a
 * zero byte after it.
 *
 * @param traceId the trace id, 32 hexadecimal digits
 * @param rootSpanId the id of the root span, 16 hexadecimal digits
 */
record ConversationIds(String traceId, String rootSpanId) {

	private static final String DOMAIN = "braintrust-conversation";

	private static final int TRACE_ID_BYTES = 16;

	private static final int SPAN_ID_BYTES = 8;

	// Derive the ids.
	static ConversationIds of(String route, String conversationId) {
		MessageDigest digest = sha256();
		for (String part : new String[] { DOMAIN, route, conversationId }) {
			digest.update(part.getBytes(StandardCharsets.UTF_8));
			digest.update((byte) 0);
		}
		byte[] hash = digest.digest();
		HexFormat hex = HexFormat.of();
		return new ConversationIds(hex.formatHex(hash, 0, TRACE_ID_BYTES),
				hex.formatHex(hash, TRACE_ID_BYTES, TRACE_ID_BYTES + SPAN_ID_BYTES));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Random ids, and those of a conversation for its derived root: the SDK has no other
	 * way to be told the ids of a span.
	 */
	static final class Generator implements IdGenerator {

		private final IdGenerator random = IdGenerator.random();

		// Trace id and span id. An array, since a value of a class of ours would hold its
		// loader if it were left on a thread.
		private final ThreadLocal<@Nullable String[]> derived = new ThreadLocal<>();

		<T> T with(ConversationIds ids, Supplier<T> start) {
			@Nullable String[] derived = { ids.traceId, ids.rootSpanId };
			this.derived.set(derived);
			try {
				return start.get();
			}
			finally {
				// Near the end of the stack the removal may fail. The ids must not go to
				// the next span of this thread then.
				derived[0] = null;
				derived[1] = null;
				this.derived.remove();
			}
		}

		private @Nullable String derived(int part) {
			@Nullable String[] derived = this.derived.get();
			return (derived != null) ? derived[part] : null;
		}

		@Override
		public String generateTraceId() {
			String id = derived(0);
			return (id != null) ? id : this.random.generateTraceId();
		}

		@Override
		public String generateSpanId() {
			String id = derived(1);
			return (id != null) ? id : this.random.generateSpanId();
		}

		// The bytes of a hash are spread as evenly as random ones.
		@Override
		public boolean generatesRandomTraceIds() {
			return true;
		}

	}

}
