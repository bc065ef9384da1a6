package dev.braintrust.spring.trace;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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

}
