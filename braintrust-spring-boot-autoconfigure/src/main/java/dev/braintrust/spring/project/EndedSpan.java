package dev.braintrust.spring.project;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.SpanFields;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * A span that waits to be sent, with what was captured of it. Its JSON is made when it is
 * sent, on the thread of the export worker.
 *
 * @param span the span
 * @param common the attributes that it has in common with others
 * @param fields what was captured
 */
record EndedSpan(ReadableSpan span, Attributes common, SpanFields fields) {

	/**
	 * Write what is sent for the span.
	 * @param writer the writer of the content
	 * @return what is sent
	 */
	SpanData write(ContentWriter writer) {
		SpanData data = this.span.toSpanData();
		return new WrittenSpan(data, writer.write(this.common, data.getAttributes(), this.fields));
	}

	/**
	 * A span with its content.
	 */
	private static final class WrittenSpan extends DelegatingSpanData {

		private final Attributes attributes;

		WrittenSpan(SpanData delegate, Attributes attributes) {
			super(delegate);
			this.attributes = attributes;
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

	}

}
