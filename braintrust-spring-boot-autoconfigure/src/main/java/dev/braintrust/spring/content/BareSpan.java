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
 * The position of a span in its trace and its times, without a reference to the span
 * itself. The components are named after the methods of {@link SpanData}.
 *
 * @param getName the start of the name
 * @param getKind the kind
 * @param getSpanContext the context
 * @param getParentSpanContext the context of the parent
 * @param getStatus the status, without a description
 * @param getStartEpochNanos when it started
 * @param getEndEpochNanos when it ended
 * @param getLinks the links, without attributes
 * @param getTotalRecordedLinks the number of links, with those that were dropped
 * @param getResource the resource
 * @param getInstrumentationScopeInfo the scope
 */
record BareSpan(String getName, SpanKind getKind, SpanContext getSpanContext, SpanContext getParentSpanContext,
		StatusData getStatus, long getStartEpochNanos, long getEndEpochNanos, List<LinkData> getLinks,
		int getTotalRecordedLinks, Resource getResource,
		InstrumentationScopeInfo getInstrumentationScopeInfo) implements SpanData {

	private static final int MAX_NAME_LENGTH = 128;

	static BareSpan of(SpanData span) {
		String name = span.getName();
		return new BareSpan((name.length() <= MAX_NAME_LENGTH) ? name : name.substring(0, MAX_NAME_LENGTH),
				span.getKind(), span.getSpanContext(), span.getParentSpanContext(),
				StatusData.create(span.getStatus().getStatusCode(), ""), span.getStartEpochNanos(),
				span.getEndEpochNanos(),
				span.getLinks().stream().map((link) -> LinkData.create(link.getSpanContext())).toList(),
				span.getTotalRecordedLinks(), span.getResource(), span.getInstrumentationScopeInfo());
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
	@Deprecated
	public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
		return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.empty();
	}

}
