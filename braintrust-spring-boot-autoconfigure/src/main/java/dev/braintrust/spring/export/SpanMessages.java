package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Makes the messages of requests. Safe for use by several threads.
 */
final class SpanMessages {

	private final QueueLimits limits;

	SpanMessages(QueueLimits limits) {
		this.limits = limits;
	}

	// Read the spans of a batch and encode them or, if that has been done, make smaller
	// messages of its next one.
	<S> Made<S> make(SpanReader<S> reader, SpanBatch<S> batch) {
		return batch.isMade() ? shrink(reader, batch) : read(reader, batch);
	}

	private <S> Made<S> read(SpanReader<S> reader, SpanBatch<S> batch) {
		List<QueuedSpan<S>> spans = batch.spans();
		List<@Nullable SpanData> read = reader.read(spans.stream().map(QueuedSpan::span).toList());
		List<QueuedSpan<S>> complete = new ArrayList<>(spans.size());
		List<SpanData> written = new ArrayList<>(spans.size());
		List<QueuedSpan<S>> waiting = new ArrayList<>(0);
		for (int i = 0; i < spans.size(); i++) {
			SpanData span = read.get(i);
			if (span == null) {
				waiting.add(spans.get(i));
			}
			else {
				complete.add(spans.get(i));
				written.add(span);
			}
		}
		Making<S> making = new Making<>(reader, complete, written,
				Math.min(this.limits.maxRequestBytes(), batch.maxBytes()));
		if (!complete.isEmpty()) {
			making.add(0, complete.size());
		}
		return new Made<>(making.parts, making.tooLarge, waiting);
	}

	private static <S> Made<S> shrink(SpanReader<S> reader, SpanBatch<S> batch) {
		int size = batch.spans().size();
		return (size == 1)
				? new Made<>(List.of(withoutContent(reader, batch.spans().get(0), batch.isSentAgain())), 1, List.of())
				: new Made<>(List.of(part(batch, 0, size / 2), part(batch, size / 2, size)), 0, List.of());
	}

	private static <S> SpanBatch.Part<S> part(SpanBatch<S> batch, int from, int to) {
		return new SpanBatch.Part<>(List.copyOf(batch.spans().subList(from, to)), batch.whole().get(from, to),
				EncodedSpans.part(batch.message(), from, to), batch.isSentAgain());
	}

	private static <S> SpanBatch.Part<S> withoutContent(SpanReader<S> reader, QueuedSpan<S> span, boolean again) {
		S bare = reader.withoutContent(span.span(), LossReason.TOO_LARGE);
		List<SpanData> written = new ArrayList<>(1);
		reader.read(List.of(bare)).stream().filter(Objects::nonNull).forEach(written::add);
		byte[] message = SpanEncoder.encode(written);
		return new SpanBatch.Part<>(List.of(new QueuedSpan<>(bare, QueuedSpan.BARE_BYTES)), new BitSet(), message,
				again);
	}

	// The spans that wait could not be read yet.
	record Made<S>(List<SpanBatch.Part<S>> parts, int tooLarge, List<QueuedSpan<S>> waiting) {
	}

	/**
	 * The making of the messages of one batch. What turns out to be too large for a
	 * request is halved: sizes are known only once the spans are encoded.
	 */
	private final class Making<S> {

		private final SpanReader<S> reader;

		private final List<QueuedSpan<S>> spans;

		private final List<SpanData> written;

		private final long maxRequestBytes;

		private final List<SpanBatch.Part<S>> parts = new ArrayList<>(1);

		private int tooLarge;

		Making(SpanReader<S> reader, List<QueuedSpan<S>> spans, List<SpanData> written, long maxRequestBytes) {
			this.reader = reader;
			this.spans = spans;
			this.written = written;
			this.maxRequestBytes = maxRequestBytes;
		}

		void add(int from, int to) {
			byte[] message = SpanEncoder.encode(this.written.subList(from, to));
			if (to - from > 1 && message.length > this.maxRequestBytes) {
				int middle = (from + to) >>> 1;
				add(from, middle);
				add(middle, to);
			}
			else if (to - from == 1 && message.length > SpanMessages.this.limits.maxSpanBytes()) {
				this.parts.add(withoutContent(this.reader, this.spans.get(from), false));
				this.tooLarge++;
			}
			else {
				List<QueuedSpan<S>> part = this.spans.subList(from, to);
				BitSet whole = new BitSet(part.size());
				IntStream.range(0, part.size()).filter((i) -> !part.get(i).isBare()).forEach(whole::set);
				this.parts.add(new SpanBatch.Part<>(
						part.stream().map((span) -> span.withoutContent(this.reader, LossReason.QUEUE_FULL)).toList(),
						whole, message, false));
			}
		}

	}

}
