package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.List;

import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Makes the messages of requests. Safe for use by several threads.
 */
final class SpanMessages {

	private final QueueLimits limits;

	SpanMessages(QueueLimits limits) {
		this.limits = limits;
	}

	/**
	 * Read spans and encode them.
	 * @param reader reads them
	 * @param spans the spans
	 * @param <S> the type of the spans
	 * @return the messages, none of them larger than a request may be unless it has one
	 * span alone
	 */
	<S> Made<S> make(SpanReader<S> reader, List<QueuedSpan<S>> spans) {
		List<SpanData> written = reader.read(spans.stream().map(QueuedSpan::span).toList());
		Making<S> making = new Making<>(reader, spans, written);
		making.add(0, spans.size());
		return new Made<>(making.parts, making.tooLarge);
	}

	/**
	 * The messages of a batch.
	 *
	 * @param parts the messages with their spans
	 * @param tooLarge how many spans lost their content since they were too large
	 * @param <S> the type of the spans
	 */
	record Made<S>(List<SpanBatch.Part<S>> parts, int tooLarge) {
	}

	/**
	 * The making of the messages of one batch. What turns out to be too large for a
	 * request is halved: sizes are known only once the spans are encoded.
	 */
	private final class Making<S> {

		private final SpanReader<S> reader;

		private final List<QueuedSpan<S>> spans;

		private final List<SpanData> written;

		private final List<SpanBatch.Part<S>> parts = new ArrayList<>(1);

		private int tooLarge;

		Making(SpanReader<S> reader, List<QueuedSpan<S>> spans, List<SpanData> written) {
			this.reader = reader;
			this.spans = spans;
			this.written = written;
		}

		void add(int from, int to) {
			byte[] message = SpanEncoder.encode(this.written.subList(from, to));
			if (to - from > 1 && message.length > SpanMessages.this.limits.maxRequestBytes()) {
				int middle = (from + to) >>> 1;
				add(from, middle);
				add(middle, to);
			}
			else if (to - from == 1 && message.length > SpanMessages.this.limits.maxSpanBytes()) {
				addWithoutContent(this.spans.get(from));
			}
			else {
				List<QueuedSpan<S>> part = this.spans.subList(from, to);
				int whole = (int) part.stream().filter((span) -> !span.isBare()).count();
				this.parts.add(new SpanBatch.Part<>(
						part.stream().map((span) -> span.withoutContent(this.reader, LossReason.QUEUE_FULL)).toList(),
						whole, message));
			}
		}

		private void addWithoutContent(QueuedSpan<S> span) {
			S bare = this.reader.withoutContent(span.span(), LossReason.TOO_LARGE);
			byte[] message = SpanEncoder.encode(this.reader.read(List.of(bare)));
			this.parts.add(new SpanBatch.Part<>(List.of(new QueuedSpan<>(bare, QueuedSpan.BARE_BYTES)), 0, message));
			this.tooLarge++;
		}

	}

}
