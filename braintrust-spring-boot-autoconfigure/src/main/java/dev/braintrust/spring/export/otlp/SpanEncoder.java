package dev.braintrust.spring.export.otlp;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Encodes spans as an OTLP request, an {@code ExportTraceServiceRequest}. The field
 * numbers are from {@code opentelemetry-proto}, whose stable version 1 never changes
 * them. OpenTelemetry's own exporter is not used: an application may have it in any
 * version, with any HTTP client, or not at all.
 */
public final class SpanEncoder {

	static final int REQUEST_RESOURCE_SPANS = 1;

	private static final int RESOURCE_SPANS_RESOURCE = 1;

	static final int RESOURCE_SPANS_SCOPE_SPANS = 2;

	private static final int RESOURCE_SPANS_SCHEMA_URL = 3;

	private static final int RESOURCE_ATTRIBUTES = 1;

	private static final int SCOPE_SPANS_SCOPE = 1;

	static final int SCOPE_SPANS_SPANS = 2;

	private static final int SCOPE_SPANS_SCHEMA_URL = 3;

	private static final int SCOPE_NAME = 1;

	private static final int SCOPE_VERSION = 2;

	private static final int SCOPE_ATTRIBUTES = 3;

	private static final int SPAN_TRACE_ID = 1;

	private static final int SPAN_ID = 2;

	private static final int SPAN_TRACE_STATE = 3;

	private static final int SPAN_PARENT_ID = 4;

	private static final int SPAN_NAME = 5;

	private static final int SPAN_KIND = 6;

	private static final int SPAN_START = 7;

	private static final int SPAN_END = 8;

	private static final int SPAN_ATTRIBUTES = 9;

	private static final int SPAN_DROPPED_ATTRIBUTES = 10;

	private static final int SPAN_EVENTS = 11;

	private static final int SPAN_DROPPED_EVENTS = 12;

	private static final int SPAN_LINKS = 13;

	private static final int SPAN_DROPPED_LINKS = 14;

	private static final int SPAN_STATUS = 15;

	private static final int SPAN_FLAGS = 16;

	private static final int EVENT_TIME = 1;

	private static final int EVENT_NAME = 2;

	private static final int EVENT_ATTRIBUTES = 3;

	private static final int EVENT_DROPPED_ATTRIBUTES = 4;

	private static final int LINK_TRACE_ID = 1;

	private static final int LINK_SPAN_ID = 2;

	private static final int LINK_TRACE_STATE = 3;

	private static final int LINK_ATTRIBUTES = 4;

	private static final int LINK_DROPPED_ATTRIBUTES = 5;

	private static final int LINK_FLAGS = 6;

	private static final int STATUS_MESSAGE = 2;

	private static final int STATUS_CODE = 3;

	private static final int FLAG_HAS_IS_REMOTE = 0x100;

	private static final int FLAG_IS_REMOTE = 0x200;

	private final ProtobufMessage message;

	private final AttributeEncoder attributes;

	private SpanEncoder(ProtobufMessage message) {
		this.message = message;
		this.attributes = new AttributeEncoder(message);
	}

	// Encode spans as an ExportTraceServiceRequest. They keep their order, so that a span
	// can be found again in the message.
	public static byte[] encode(List<SpanData> spans) {
		List<Run<Resource>> runs = Run.of(spans, SpanData::getResource);
		SpanEncoder measured = new SpanEncoder(ProtobufMessage.measured());
		measured.addRequest(runs);
		byte[] bytes = new byte[measured.message.length()];
		SpanEncoder encoder = new SpanEncoder(ProtobufMessage.in(bytes));
		encoder.addRequest(runs);
		Assert.state(encoder.message.length() == bytes.length, "A span changed while it was encoded");
		return bytes;
	}

	private void addRequest(List<Run<Resource>> runs) {
		this.message.addAll(REQUEST_RESOURCE_SPANS, runs, this::addResourceSpans);
	}

	private void addResourceSpans(Run<Resource> run) {
		Resource resource = run.key();
		addTextUnlessEmpty(RESOURCE_SPANS_SCHEMA_URL, resource.getSchemaUrl());
		this.message.addAll(RESOURCE_SPANS_SCOPE_SPANS, Run.of(run.spans(), SpanData::getInstrumentationScopeInfo),
				this::addScopeSpans);
		int before = this.message.length();
		this.attributes.add(RESOURCE_ATTRIBUTES, resource.getAttributes());
		this.message.nest(RESOURCE_SPANS_RESOURCE, before);
	}

	private void addScopeSpans(Run<InstrumentationScopeInfo> run) {
		InstrumentationScopeInfo scope = run.key();
		addTextUnlessEmpty(SCOPE_SPANS_SCHEMA_URL, scope.getSchemaUrl());
		this.message.addAll(SCOPE_SPANS_SPANS, run.spans(), this::addSpan);
		int before = this.message.length();
		this.attributes.add(SCOPE_ATTRIBUTES, scope.getAttributes());
		addTextUnlessEmpty(SCOPE_VERSION, scope.getVersion());
		addTextUnlessEmpty(SCOPE_NAME, scope.getName());
		this.message.nest(SCOPE_SPANS_SCOPE, before);
	}

	private void addSpan(SpanData span) {
		SpanContext context = span.getSpanContext();
		SpanContext parent = span.getParentSpanContext();
		this.message.addFixed32(SPAN_FLAGS, flags(context, parent));
		addStatus(span.getStatus());
		addCountUnlessZero(SPAN_DROPPED_LINKS, span.getTotalRecordedLinks() - span.getLinks().size());
		this.message.addAll(SPAN_LINKS, span.getLinks(), this::addLink);
		addCountUnlessZero(SPAN_DROPPED_EVENTS, span.getTotalRecordedEvents() - span.getEvents().size());
		this.message.addAll(SPAN_EVENTS, span.getEvents(), this::addEvent);
		addCountUnlessZero(SPAN_DROPPED_ATTRIBUTES, span.getTotalAttributeCount() - span.getAttributes().size());
		this.attributes.add(SPAN_ATTRIBUTES, span.getAttributes());
		this.message.addFixed64(SPAN_END, span.getEndEpochNanos());
		this.message.addFixed64(SPAN_START, span.getStartEpochNanos());
		this.message.addVarint(SPAN_KIND, span.getKind().ordinal() + 1L);
		addTextUnlessEmpty(SPAN_NAME, span.getName());
		if (parent.isValid()) {
			this.message.addBytes(SPAN_PARENT_ID, parent.getSpanIdBytes());
		}
		addTraceState(SPAN_TRACE_STATE, context.getTraceState());
		this.message.addBytes(SPAN_ID, context.getSpanIdBytes());
		this.message.addBytes(SPAN_TRACE_ID, context.getTraceIdBytes());
	}

	private void addStatus(StatusData status) {
		int before = this.message.length();
		addCountUnlessZero(STATUS_CODE, status.getStatusCode().ordinal());
		addTextUnlessEmpty(STATUS_MESSAGE, status.getDescription());
		this.message.nest(SPAN_STATUS, before);
	}

	private void addEvent(EventData event) {
		addCountUnlessZero(EVENT_DROPPED_ATTRIBUTES, event.getTotalAttributeCount() - event.getAttributes().size());
		this.attributes.add(EVENT_ATTRIBUTES, event.getAttributes());
		addTextUnlessEmpty(EVENT_NAME, event.getName());
		this.message.addFixed64(EVENT_TIME, event.getEpochNanos());
	}

	private void addLink(LinkData link) {
		SpanContext context = link.getSpanContext();
		this.message.addFixed32(LINK_FLAGS, flags(context, context));
		addCountUnlessZero(LINK_DROPPED_ATTRIBUTES, link.getTotalAttributeCount() - link.getAttributes().size());
		this.attributes.add(LINK_ATTRIBUTES, link.getAttributes());
		addTraceState(LINK_TRACE_STATE, context.getTraceState());
		this.message.addBytes(LINK_SPAN_ID, context.getSpanIdBytes());
		this.message.addBytes(LINK_TRACE_ID, context.getTraceIdBytes());
	}

	private void addTraceState(int field, TraceState state) {
		if (!state.isEmpty()) {
			StringJoiner members = new StringJoiner(",");
			state.forEach((key, value) -> members.add(key + "=" + value));
			this.message.addText(field, members.toString());
		}
	}

	private void addTextUnlessEmpty(int field, @Nullable String text) {
		if (text != null && !text.isEmpty()) {
			this.message.addText(field, text);
		}
	}

	private void addCountUnlessZero(int field, int count) {
		if (count > 0) {
			this.message.addVarint(field, count);
		}
	}

	private static int flags(SpanContext context, SpanContext remote) {
		return (context.getTraceFlags().asByte() & 0xFF) | FLAG_HAS_IS_REMOTE
				| (remote.isRemote() ? FLAG_IS_REMOTE : 0);
	}

	// Consecutive spans with an equal key.
	private record Run<K>(K key, List<SpanData> spans) {

		static <K> List<Run<K>> of(List<SpanData> spans, Function<SpanData, K> key) {
			List<Run<K>> runs = new ArrayList<>(1);
			for (SpanData span : spans) {
				K ofSpan = key.apply(span);
				if (runs.isEmpty() || !runs.get(runs.size() - 1).key().equals(ofSpan)) {
					runs.add(new Run<>(ofSpan, new ArrayList<>()));
				}
				runs.get(runs.size() - 1).spans().add(span);
			}
			return runs;
		}

	}

}
