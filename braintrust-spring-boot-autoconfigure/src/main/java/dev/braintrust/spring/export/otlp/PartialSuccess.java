package dev.braintrust.spring.export.otlp;

import java.nio.ByteBuffer;

import dev.braintrust.spring.api.Reply;

/**
 * Reads the number of rejected spans from the answer to an accepted request:
 * {@code ExportTraceServiceResponse.partial_success.rejected_spans}.
 *
 * @see <a href= "https://opentelemetry.io/docs/specs/otlp/#partial-success-1">OTLP/HTTP,
 * "Partial Success"</a>
 */
public final class PartialSuccess {

	// Both are field 1: of the response, with a length, and of the partial success.
	private static final int PARTIAL_SUCCESS = 1 << 3 | 2;

	private static final int REJECTED_SPANS = 1 << 3;

	private PartialSuccess() {
	}

	public static long rejectedSpans(Reply reply) {
		if (reply.contentType().startsWith("application/json")) {
			return Math.max(0, reply.json().path("partialSuccess").path("rejectedSpans").asLong(0));
		}
		return reply.contentType().startsWith("application/x-protobuf") ? rejectedSpans(ByteBuffer.wrap(reply.body()))
				: 0;
	}

	private static long rejectedSpans(ByteBuffer response) {
		if (!response.hasRemaining() || response.get() != PARTIAL_SUCCESS) {
			return 0;
		}
		long length = ProtobufMessage.varint(response);
		if (length <= 0 || length > response.remaining() || response.get() != REJECTED_SPANS) {
			return 0;
		}
		return Math.max(0, ProtobufMessage.varint(response));
	}

}
