package dev.braintrust.spring.support;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A span as received over the wire.
 */
public record ReceivedSpan(String name, String traceId, String spanId, String parentSpanId, String scope,
		Map<String, Object> attributes, boolean error, String statusMessage, List<String> events, List<String> links,
		long start, long end, OtlpReceiver.Request request, String raw) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static List<ReceivedSpan> of(ExportTraceServiceRequest message, OtlpReceiver.Request request) {
		List<ReceivedSpan> spans = new ArrayList<>();
		message.getResourceSpansList()
			.forEach((resource) -> resource.getScopeSpansList()
				.forEach((scope) -> scope.getSpansList()
					.forEach((span) -> spans.add(of(span, scope.getScope().getName(), request)))));
		return spans;
	}

	static List<String> names(ExportTraceServiceRequest message) {
		return of(message, null).stream().map(ReceivedSpan::name).toList();
	}

	static List<Map<String, Object>> resources(ExportTraceServiceRequest message) {
		return message.getResourceSpansList()
			.stream()
			.map((resource) -> attributes(resource.getResource().getAttributesList()))
			.toList();
	}

	private static ReceivedSpan of(Span span, String scope, OtlpReceiver.Request request) {
		return new ReceivedSpan(span.getName(), hex(span.getTraceId()), hex(span.getSpanId()),
				hex(span.getParentSpanId()), scope, attributes(span.getAttributesList()),
				span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR, span.getStatus().getMessage(),
				span.getEventsList().stream().map(Span.Event::getName).toList(), links(span),
				span.getStartTimeUnixNano(), span.getEndTimeUnixNano(), request, span.toString());
	}

	private static List<String> links(Span span) {
		return span.getLinksList()
			.stream()
			.map((link) -> hex(link.getTraceId()) + "/" + hex(link.getSpanId()))
			.toList();
	}

	private static Map<String, Object> attributes(List<KeyValue> list) {
		Map<String, Object> attributes = new TreeMap<>();
		list.forEach((attribute) -> attributes.put(attribute.getKey(), value(attribute.getValue())));
		return attributes;
	}

	private static Object value(AnyValue value) {
		return switch (value.getValueCase()) {
			case STRING_VALUE -> value.getStringValue();
			case INT_VALUE -> value.getIntValue();
			case DOUBLE_VALUE -> value.getDoubleValue();
			case BOOL_VALUE -> value.getBoolValue();
			case ARRAY_VALUE -> value.getArrayValue().getValuesList().stream().map(ReceivedSpan::value).toList();
			default -> value.toString();
		};
	}

	private static String hex(ByteString bytes) {
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

	public boolean isRoot() {
		return this.parentSpanId.isEmpty();
	}

	public boolean isChildOf(ReceivedSpan parent) {
		return this.traceId.equals(parent.traceId) && this.parentSpanId.equals(parent.spanId);
	}

	/**
	 * The form in which links refer to this span.
	 */
	public String asLink() {
		return this.traceId + "/" + this.spanId;
	}

	/**
	 * The value of {@code span_attributes.type}.
	 */
	public String type() {
		return has("braintrust.span_attributes") ? json("braintrust.span_attributes").path("type").asString() : "";
	}

	public String parent() {
		return String.valueOf(this.attributes.get("braintrust.parent"));
	}

	public boolean has(String attribute) {
		return this.attributes.containsKey(attribute);
	}

	public JsonNode json(String attribute) {
		return JSON.readTree((String) this.attributes.get(attribute));
	}

	public JsonNode input() {
		return json("braintrust.input_json");
	}

	public JsonNode output() {
		return json("braintrust.output_json");
	}

	public JsonNode metadata() {
		return json("braintrust.metadata");
	}

	public JsonNode metrics() {
		return json("braintrust.metrics");
	}

	public static JsonNode parse(String json) {
		return JSON.readTree(json);
	}

	@Override
	public String toString() {
		return this.name + " " + this.attributes;
	}

}
