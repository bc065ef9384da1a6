package dev.braintrust.spring.sample;

import java.util.List;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.Headers;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A request as received over the wire.
 *
 * @param path its path
 * @param headers its headers
 * @param body the bytes of its body
 */
record ReceivedRequest(String path, Headers headers, byte[] body) {

	String header(String name) {
		return this.headers.getFirst(name);
	}

	List<Span> spans() {
		try {
			return ExportTraceServiceRequest.parseFrom(this.body)
				.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.toList();
		}
		catch (InvalidProtocolBufferException ex) {
			throw new AssertionError("The body is no ExportTraceServiceRequest", ex);
		}
	}

}
