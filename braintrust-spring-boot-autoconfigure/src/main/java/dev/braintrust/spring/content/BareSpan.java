package dev.braintrust.spring.content;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

/**
 * Where a span belongs and when it was, without a reference to the span.
 */
final class BareSpan implements SpanData {

	private static final int MAX_NAME_LENGTH = 128;

	private final String name;

	private final SpanKind kind;

	private final SpanContext spanContext;

	private final SpanContext parentSpanContext;

	private final StatusData status;

	private final long startEpochNanos;

	private final long endEpochNanos;

	private final List<LinkData> links;

	private final int totalRecordedLinks;

	private final Resource resource;

	private final InstrumentationScopeInfo scope;

	BareSpan(SpanData span) {
		this.name = (span.getName().length() <= MAX_NAME_LENGTH) ? span.getName()
				: span.getName().substring(0, MAX_NAME_LENGTH);
		this.kind = span.getKind();
		this.spanContext = span.getSpanContext();
		this.parentSpanContext = span.getParentSpanContext();
		this.status = StatusData.create(span.getStatus().getStatusCode(), "");
		this.startEpochNanos = span.getStartEpochNanos();
		this.endEpochNanos = span.getEndEpochNanos();
		this.links = span.getLinks().stream().map((link) -> LinkData.create(link.getSpanContext())).toList();
		this.totalRecordedLinks = span.getTotalRecordedLinks();
		this.resource = span.getResource();
		this.scope = span.getInstrumentationScopeInfo();
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public SpanKind getKind() {
		return this.kind;
	}

	@Override
	public SpanContext getSpanContext() {
		return this.spanContext;
	}

	@Override
	public SpanContext getParentSpanContext() {
		return this.parentSpanContext;
	}

	@Override
	public StatusData getStatus() {
		return this.status;
	}

	@Override
	public long getStartEpochNanos() {
		return this.startEpochNanos;
	}

	@Override
	public long getEndEpochNanos() {
		return this.endEpochNanos;
	}

	@Override
	public boolean hasEnded() {
		return true;
	}

	@Override
	public Attributes getAttributes() {
		return Attributes.empty();
	}

	@Override
	public int getTotalAttributeCount() {
		return 0;
	}

	@Override
	public List<EventData> getEvents() {
		return List.of();
	}

	@Override
	public int getTotalRecordedEvents() {
		return 0;
	}

	@Override
	public List<LinkData> getLinks() {
		return this.links;
	}

	@Override
	public int getTotalRecordedLinks() {
		return this.totalRecordedLinks;
	}

	@Override
	public Resource getResource() {
		return this.resource;
	}

	@Override
	public InstrumentationScopeInfo getInstrumentationScopeInfo() {
		return this.scope;
	}

	@Override
	@Deprecated
	public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
		return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.empty();
	}

}
