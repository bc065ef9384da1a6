package dev.braintrust.spring.export;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

import dev.braintrust.spring.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Counts what becomes of the spans of one project.
 */
final class ExportCounters {

	private static final int REASONS = LossReason.values().length;

	private final long[] lost = new long[REASONS];

	private final long[] contentLost = new long[REASONS];

	private ExportStatus.State state = ExportStatus.State.IDLE;

	private long ended;

	private long sent;

	private long requests;

	private long retried;

	private long bytes;

	private @Nullable Instant lastSuccess;

	private @Nullable Instant lastFailure;

	private @Nullable String lastError;

	void ended() {
		this.ended++;
	}

	void lost(LossReason reason, long spans) {
		this.lost[reason.ordinal()] += spans;
	}

	void contentLost(LossReason reason, long spans) {
		this.contentLost[reason.ordinal()] += spans;
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

	void closed() {
		this.state = ExportStatus.State.CLOSED;
	}

	ExportStatus status(long underWay, long queuedBytes) {
		Map<LossReason, Long> lost = byReason(this.lost);
		long settled = this.sent + lost.values().stream().mapToLong(Long::longValue).sum();
		return new ExportStatus(this.state, this.ended, this.sent, this.ended - settled, underWay, queuedBytes, lost,
				byReason(this.contentLost), this.requests, this.retried, this.bytes, this.lastSuccess, this.lastFailure,
				this.lastError);
	}

	private static Map<LossReason, Long> byReason(long[] counts) {
		Map<LossReason, Long> result = new EnumMap<>(LossReason.class);
		for (LossReason reason : LossReason.values()) {
			if (counts[reason.ordinal()] > 0) {
				result.put(reason, counts[reason.ordinal()]);
			}
		}
		return result;
	}

}
