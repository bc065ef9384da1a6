package com.example;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A received span.
 */
public record ReceivedSpan(String traceId, String spanId, String parentSpanId, String name,
		Map<String, String> attributes) {

	static List<ReceivedSpan> all(ExportTraceServiceRequest request) {
		return request.getResourceSpansList()
			.stream()
			.flatMap((resource) -> resource.getScopeSpansList().stream())
			.flatMap((scope) -> scope.getSpansList().stream())
			.map(ReceivedSpan::of)
			.toList();
	}

	private static ReceivedSpan of(Span span) {
		return new ReceivedSpan(hex(span.getTraceId().toByteArray()), hex(span.getSpanId().toByteArray()),
				hex(span.getParentSpanId().toByteArray()), span.getName(),
				span.getAttributesList()
					.stream()
					.collect(Collectors.toMap((attribute) -> attribute.getKey(),
							(attribute) -> attribute.getValue().getStringValue())));
	}

	static List<String> paths(List<ReceivedSpan> spans) {
		Map<String, ReceivedSpan> byId = spans.stream()
			.collect(Collectors.toMap(ReceivedSpan::spanId, Function.identity()));
		return spans.stream().map((span) -> span.path(byId)).sorted().toList();
	}

	private String path(Map<String, ReceivedSpan> byId) {
		if (this.parentSpanId.isEmpty()) {
			return this.attributes.get("braintrust.parent") + ": " + this.name;
		}
		ReceivedSpan parent = byId.get(this.parentSpanId);
		return ((parent != null) ? parent.path(byId) : "?") + " > " + this.name;
	}

	private static String hex(byte[] bytes) {
		return java.util.HexFormat.of().formatHex(bytes);
	}

}
