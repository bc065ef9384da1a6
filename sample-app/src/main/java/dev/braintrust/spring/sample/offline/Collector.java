package dev.braintrust.spring.sample.offline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.jspecify.annotations.Nullable;

/**
 * Accepts spans over OTLP/HTTP: Braintrust's on one path, the application's own on
 * another.
 */
final class Collector implements AutoCloseable {

	static final String BRAINTRUST_PATH = "/otel/v1/traces";

	static final String TELEMETRY_PATH = "/app/v1/traces";

	private final CollectedSpans spans;

	private final LoopbackServer server;

	private Collector(CollectedSpans spans) {
		this.spans = spans;
		this.server = new LoopbackServer().on(BRAINTRUST_PATH, this::receiveFromProject)
			.on(TELEMETRY_PATH, (exchange) -> receive(exchange, null));
		new AttachmentStore(spans, this.server.url()).serve(this.server);
		this.server.start();
	}

	static Collector start(CollectedSpans spans) {
		return new Collector(spans);
	}

	String url() {
		return this.server.url();
	}

	@Override
	public void close() {
		this.server.close();
	}

	private void receiveFromProject(HttpExchange exchange) throws IOException {
		String route = exchange.getRequestHeaders().getFirst("x-bt-parent");
		if (exchange.getRequestHeaders().getFirst("Authorization") == null || route == null) {
			LoopbackServer.respond(exchange, 401, "text/plain", new byte[0]);
			return;
		}
		receive(exchange, route);
	}

	private void receive(HttpExchange exchange, @Nullable String route) throws IOException {
		try {
			this.spans.add(decode(route, LoopbackServer.body(exchange)));
		}
		catch (InvalidProtocolBufferException ex) {
			LoopbackServer.respond(exchange, 400, "text/plain", new byte[0]);
			return;
		}
		// An empty message is an ExportTraceServiceResponse that rejects nothing.
		LoopbackServer.respond(exchange, 200, "application/x-protobuf", new byte[0]);
	}

	static List<CollectedSpan> decode(@Nullable String route, byte[] body) throws InvalidProtocolBufferException {
		List<CollectedSpan> spans = new ArrayList<>();
		ExportTraceServiceRequest.parseFrom(body)
			.getResourceSpansList()
			.forEach((resource) -> resource.getScopeSpansList()
				.forEach((scope) -> scope.getSpansList().forEach((span) -> spans.add(decode(route, span)))));
		return spans;
	}

	private static CollectedSpan decode(@Nullable String route, Span span) {
		boolean failed = span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR;
		return new CollectedSpan(route, hex(span.getTraceId()), hex(span.getSpanId()), hex(span.getParentSpanId()),
				span.getName(), span.getStartTimeUnixNano(), span.getEndTimeUnixNano(), failed,
				attributes(span.getAttributesList()));
	}

	private static Map<String, String> attributes(List<KeyValue> attributes) {
		return attributes.stream()
			.collect(Collectors.toUnmodifiableMap(KeyValue::getKey, (attribute) -> text(attribute.getValue())));
	}

	private static String text(AnyValue value) {
		return switch (value.getValueCase()) {
			case STRING_VALUE -> value.getStringValue();
			case BOOL_VALUE -> String.valueOf(value.getBoolValue());
			case INT_VALUE -> String.valueOf(value.getIntValue());
			case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
			case ARRAY_VALUE ->
				value.getArrayValue().getValuesList().stream().map(Collector::text).collect(Collectors.joining(", "));
			default -> "";
		};
	}

	private static String hex(ByteString bytes) {
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

}
