package dev.braintrust.spring.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Counts the results of a queue's spans and tracks the position up to which they are
 * settled. A flush waits for that position. It belongs to the worker.
 */
final class SpanCounts {

	private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);

	private final Map<LossReason, Long> contentLost = new EnumMap<>(LossReason.class);

	private ExportStatus.State state = ExportStatus.State.IDLE;

	private long ended;

	private long sent;

	private long requests;

	private long retried;

	private long bytes;

	private @Nullable Instant lastSuccess;

	private @Nullable Instant lastFailure;

	private @Nullable String lastError;

	private final List<Flush> flushes = new ArrayList<>(0);

	private long added;

	private long settled;

	private long failed;

	private long lostBehind;

	private long wanted;

	void ended() {
		this.ended++;
	}

	void contentLost(LossReason reason, long spans) {
		ExportStatus.merge(this.contentLost, reason, spans);
	}

	void requested(boolean again, int spans) {
		this.requests++;
		this.retried += again ? spans : 0;
	}

	void accepted(long spans, long bytes) {
		this.sent += spans;
		this.bytes += bytes;
		this.state = ExportStatus.State.SENDING;
		this.lastSuccess = Instant.now();
	}

	void failed(Reply reply) {
		failed(reply, ExportStatus.State.FAILING);
	}

	void retrying(Reply reply) {
		failed(reply, ExportStatus.State.RETRYING);
	}

	private void failed(Reply reply, ExportStatus.State state) {
		this.state = state;
		this.lastFailure = Instant.now();
		this.lastError = reply.describe();
	}

	ExportStatus status(long underWay, long queuedBytes) {
		return new ExportStatus(this.state, this.ended, this.sent,
				this.ended - this.sent - ExportStatus.total(this.lost), underWay, queuedBytes, new EnumMap<>(this.lost),
				new EnumMap<>(this.contentLost), this.requests, this.retried, this.bytes, this.lastSuccess,
				this.lastFailure, this.lastError);
	}

	void added() {
		this.added++;
	}

	// The oldest spans were sent, or lost for a reason.
	void settled(long count, long lost, LossReason reason) {
		ExportStatus.merge(this.lost, reason, lost);
		settled(count, lost);
	}

	private void settled(long count, long lost) {
		this.settled += count;
		this.failed += lost;
		this.flushes.removeIf((flush) -> flush.isSettled(this.settled, this.failed));
	}

	// A span was lost that may be behind other spans in flight. It is settled together
	// with them.
	void lostBehind(LossReason reason) {
		ExportStatus.merge(this.lost, reason, 1);
		this.lostBehind++;
	}

	void nothingUnderWay() {
		if (this.lostBehind > 0) {
			long lost = this.lostBehind;
			this.lostBehind = 0;
			settled(lost, lost);
		}
	}

	// Whether a flush waits for unsettled spans.
	boolean isWanted() {
		return this.settled < this.wanted;
	}

	// Start to wait for all spans that were added before. A caller that stops waiting
	// completes the future.
	CompletableFuture<Boolean> flush() {
		this.wanted = this.added;
		this.flushes.removeIf((flush) -> flush.accepted().isDone());
		Flush flush = new Flush(this.added, this.failed + this.lostBehind, new CompletableFuture<>());
		if (!flush.isSettled(this.settled, this.failed)) {
			this.flushes.add(flush);
		}
		return flush.accepted();
	}

	/**
	 * A flush: it waits until the spans up to a position are settled.
	 */
	private record Flush(long upTo, long failedBefore, CompletableFuture<Boolean> accepted) {

		boolean isSettled(long settled, long failed) {
			if (settled >= this.upTo) {
				this.accepted.complete(failed == this.failedBefore);
			}
			return this.accepted.isDone();
		}

	}

}
