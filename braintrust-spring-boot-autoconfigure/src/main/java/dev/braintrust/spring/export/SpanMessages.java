package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.braintrust.spring.export.otlp.EncodedSpans;
import dev.braintrust.spring.export.otlp.SpanEncoder;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the messages of one batch. A message that is too large for a request is halved:
 * sizes are only known after encoding.
 */
final class SpanMessages {

	private final QueueLimits limits;

	private final SpanReader reader;

	private final ExportTarget target;

	private final SpanBatch batch;

	private final List<SpanBatch.Part> parts = new ArrayList<>(1);

	private final List<QueuedSpan> complete = new ArrayList<>();

	private final List<SpanData> written = new ArrayList<>();

	private final List<List<@Nullable SpanData>> reads = new ArrayList<>(1);

	private final List<QueuedSpan> waiting = new ArrayList<>(0);

	private final List<QueuedSpan> lost = new ArrayList<>(0);

	private int tooLarge;

	private SpanMessages(QueueLimits limits, SpanReader reader, ExportTarget target, SpanBatch batch) {
		this.limits = limits;
		this.reader = reader;
		this.target = target;
		this.batch = batch;
	}

	// Read and encode the spans of a batch. If that is done, make its next message
	// smaller instead.
	static Made make(QueueLimits limits, SpanReader reader, ExportTarget target, SpanBatch batch) {
		return new SpanMessages(limits, reader, target, batch).make();
	}

	private Made make() {
		try {
			if (this.batch.isMade()) {
				shrink();
			}
			else {
				read();
			}
		}
		finally {
			this.reads.forEach(this.reader::release);
		}
		return new Made(this.parts, this.tooLarge, this.waiting, this.lost);
	}

	private void shrink() {
		int size = this.batch.spans().size();
		if (size == 1) {
			addWithoutContent(this.batch.spans().get(0), this.batch.isSentAgain());
		}
		else {
			byte[] message = this.target.decompress(this.batch.body());
			addPart(message, 0, size / 2);
			addPart(message, size / 2, size);
		}
	}

	private void addPart(byte[] message, int from, int to) {
		byte[] part = EncodedSpans.part(message, from, to);
		this.parts.add(new SpanBatch.Part(List.copyOf(this.batch.spans().subList(from, to)),
				this.batch.whole().get(from, to), this.target.compress(part), part.length, this.batch.isSentAgain()));
	}

	private void read() {
		List<QueuedSpan> spans = this.batch.spans();
		try {
			sort(spans, read(spans.stream().map(QueuedSpan::span).toList()));
			encode();
		}
		catch (RuntimeException | Error ex) {
			if (spans.size() == 1 || ex instanceof LinkageError) {
				throw ex;
			}
			readOneByOne(spans);
		}
	}

	private List<@Nullable SpanData> read(List<WaitingSpan> spans) {
		List<@Nullable SpanData> read = this.reader.read(spans);
		this.reads.add(read);
		return read;
	}

	// A span that cannot be sent must not affect other spans.
	private void readOneByOne(List<QueuedSpan> spans) {
		clear();
		for (QueuedSpan span : spans) {
			try {
				List<@Nullable SpanData> read = read(List.of(span.span()));
				SpanEncoder.encode(read.stream().filter(Objects::nonNull).toList());
				sort(List.of(span), read);
			}
			catch (RuntimeException | Error ex) {
				this.lost.add(span);
			}
		}
		encode();
	}

	private void clear() {
		this.parts.clear();
		this.complete.clear();
		this.written.clear();
		this.waiting.clear();
		this.tooLarge = 0;
	}

	private void sort(List<QueuedSpan> spans, List<@Nullable SpanData> read) {
		for (int i = 0; i < spans.size(); i++) {
			SpanData span = read.get(i);
			if (span != null) {
				this.complete.add(spans.get(i));
				this.written.add(span);
			}
			else {
				this.waiting.add(spans.get(i));
			}
		}
	}

	private void encode() {
		if (!this.complete.isEmpty()) {
			encode(0, this.complete.size());
		}
	}

	private void encode(int from, int to) {
		byte[] message = SpanEncoder.encode(this.written.subList(from, to));
		long max = Math.min(this.limits.maxRequestBytes(), this.batch.maxBytes());
		if (to - from > 1 && message.length > max) {
			int middle = (from + to) >>> 1;
			encode(from, middle);
			encode(middle, to);
		}
		else if (to - from == 1 && message.length > this.limits.maxSpanBytes()) {
			addWithoutContent(this.complete.get(from), false);
		}
		else {
			List<QueuedSpan> part = this.complete.subList(from, to);
			BitSet whole = new BitSet(part.size());
			IntStream.range(0, part.size()).filter((i) -> !part.get(i).isBare()).forEach(whole::set);
			List<QueuedSpan> bare = part.stream().map((span) -> span.withoutContent(LossReason.QUEUE_FULL)).toList();
			this.parts.add(new SpanBatch.Part(bare, whole, this.target.compress(message), message.length, false));
		}
	}

	private void addWithoutContent(QueuedSpan span, boolean again) {
		WaitingSpan bare = span.span().withoutContent(LossReason.TOO_LARGE);
		byte[] message = SpanEncoder.encode(read(List.of(bare)).stream().filter(Objects::nonNull).toList());
		this.parts.add(new SpanBatch.Part(List.of(new QueuedSpan(bare, QueuedSpan.BARE_BYTES)), new BitSet(),
				this.target.compress(message), message.length, again));
		this.tooLarge++;
	}

	// Spans in waiting could not be read yet. Lost spans cannot be read at all.
	record Made(List<SpanBatch.Part> parts, int tooLarge, List<QueuedSpan> waiting, List<QueuedSpan> lost) {
	}

}
