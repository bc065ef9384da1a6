package dev.braintrust.spring.export;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How the export of one project goes. {@code ended} is always the sum of {@code sent},
 * {@code queued} and what was {@code lost}. It has neither secrets nor content.
 *
 * @param state what became of the last request
 * @param ended the number of spans that ended
 * @param sent the number of spans that were accepted
 * @param queued the number of spans that wait or are under way
 * @param underWay the number of those that are part of a request, also while it pauses
 * between two attempts
 * @param queuedBytes about how much of the heap those hold
 * @param lost the number of spans that were lost, by reason
 * @param contentLost the number of spans that lost their content, by reason; they are
 * counted above too
 * @param requests the number of requests that were sent
 * @param retried the number of spans that were sent again, each time counted
 * @param bytes the number of bytes that were accepted, before compression
 * @param lastSuccess when a request was last accepted, {@code null} if none was
 * @param lastFailure when a request last failed, {@code null} if none did
 * @param lastError what the last failure was, without the text of an exception or an
 * answer, {@code null} if there was none
 */
public record ExportStatus(State state, long ended, long sent, long queued, long underWay, long queuedBytes,
		Map<LossReason, Long> lost, Map<LossReason, Long> contentLost, long requests, long retried, long bytes,
		@Nullable Instant lastSuccess, @Nullable Instant lastFailure, @Nullable String lastError) {

	// The status of a project that has had no span.
	static ExportStatus unused(State state) {
		return new ExportStatus(state, 0, 0, 0, 0, 0, Map.of(), Map.of(), 0, 0, 0, null, null, null);
	}

	// The same when more spans have ended, which wait or, after the close, are lost.
	ExportStatus now(long ended, long moreBytes) {
		Map<LossReason, Long> lost = this.lost;
		if (this.state == State.CLOSED && ended > this.ended) {
			lost = new EnumMap<>(LossReason.class);
			lost.putAll(this.lost);
			lost.merge(LossReason.CLOSED, ended - this.ended, Long::sum);
		}
		long settled = this.sent + lost.values().stream().mapToLong(Long::longValue).sum();
		return new ExportStatus(this.state, ended, this.sent, ended - settled, this.underWay,
				this.queuedBytes + moreBytes, lost, this.contentLost, this.requests, this.retried, this.bytes,
				this.lastSuccess, this.lastFailure, this.lastError);
	}

	// The number of spans that were lost for any reason.
	public long totalLost() {
		return this.lost.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * What became of the last request.
	 */
	public enum State {

		// There was none.
		IDLE,

		// It was accepted.
		SENDING,

		// It failed in a way that may pass, and is repeated.
		RETRYING,

		// It was refused for good, or could not be made.
		FAILING,

		// The application context has closed.
		CLOSED

	}

}
