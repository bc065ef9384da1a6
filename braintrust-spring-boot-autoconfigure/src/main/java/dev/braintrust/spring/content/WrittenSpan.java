package dev.braintrust.spring.content;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

/**
 * A span with what was captured of it.
 */
final class WrittenSpan extends DelegatingSpanData {

	private final Attributes attributes;

	private final List<EventData> events;

	private final StatusData status;

	WrittenSpan(SpanData delegate, Attributes attributes, List<EventData> events, StatusData status) {
		super(delegate);
		this.attributes = attributes;
		this.events = events;
		this.status = status;
	}

	@Override
	public Attributes getAttributes() {
		return this.attributes;
	}

	@Override
	public int getTotalAttributeCount() {
		int dropped = super.getTotalAttributeCount() - super.getAttributes().size();
		return this.attributes.size() + dropped;
	}

	@Override
	public List<EventData> getEvents() {
		return this.events;
	}

	@Override
	public int getTotalRecordedEvents() {
		int dropped = super.getTotalRecordedEvents() - super.getEvents().size();
		return this.events.size() + dropped;
	}

	@Override
	public StatusData getStatus() {
		return this.status;
	}

}
