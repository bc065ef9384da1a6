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

	/**
	 * The status of a project that has had no span.
	 */
	public static final ExportStatus UNUSED = new ExportStatus(State.IDLE, 0, 0, 0, 0, 0, Map.of(), Map.of(), 0, 0, 0,
			null, null, null);

	// The same when more spans have ended, which wait.
	ExportStatus now(long ended, long moreBytes) {
		return with(this.state, ended, this.lost, this.underWay, this.queuedBytes + moreBytes);
	}

	// Together with another queue of the project. What became of the last request is told
	// by queues that are open.
	ExportStatus plus(ExportStatus other) {
		boolean later = this.state != State.CLOSED && other.state != State.CLOSED
				&& isLater(other.lastRequest(), lastRequest());
		// A failure that is not over is told rather than one of a queue that is.
		boolean failing = this.state == State.RETRYING || this.state == State.FAILING;
		boolean failedLater = isLater(other.lastFailure, this.lastFailure) && !(failing && other.state == State.CLOSED);
		return new ExportStatus(later ? other.state : this.state, this.ended + other.ended, this.sent + other.sent,
				this.queued + other.queued, this.underWay + other.underWay, this.queuedBytes + other.queuedBytes,
				sum(this.lost, other.lost), sum(this.contentLost, other.contentLost), this.requests + other.requests,
				this.retried + other.retried, this.bytes + other.bytes,
				isLater(other.lastSuccess, this.lastSuccess) ? other.lastSuccess : this.lastSuccess,
				failedLater ? other.lastFailure : this.lastFailure, failedLater ? other.lastError : this.lastError);
	}

	private @Nullable Instant lastRequest() {
		return isLater(this.lastFailure, this.lastSuccess) ? this.lastFailure : this.lastSuccess;
	}

	private static boolean isLater(@Nullable Instant time, @Nullable Instant other) {
		return time != null && (other == null || time.isAfter(other));
	}

	private static Map<LossReason, Long> sum(Map<LossReason, Long> counts, Map<LossReason, Long> others) {
		Map<LossReason, Long> sum = new EnumMap<>(LossReason.class);
		sum.putAll(counts);
		others.forEach((reason, count) -> merge(sum, reason, count));
		return sum;
	}

	// The same after the close: nothing waits any more. So what was neither sent nor lost
	// by then is lost, whoever had it.
	ExportStatus closed(long endedBefore, long ended) {
		Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
		lost.putAll(this.lost);
		merge(lost, LossReason.SHUTDOWN, endedBefore - this.sent - totalLost());
		merge(lost, LossReason.CLOSED, ended - endedBefore);
		return with(State.CLOSED, ended, lost, 0, 0);
	}

	static void merge(Map<LossReason, Long> lost, LossReason reason, long count) {
		if (count > 0) {
			lost.merge(reason, count, Long::sum);
		}
	}

	private ExportStatus with(State state, long ended, Map<LossReason, Long> lost, long underWay, long queuedBytes) {
		return new ExportStatus(state, ended, this.sent, ended - this.sent - total(lost), underWay, queuedBytes, lost,
				this.contentLost, this.requests, this.retried, this.bytes, this.lastSuccess, this.lastFailure,
				this.lastError);
	}

	// The number of spans that were lost for any reason.
	public long totalLost() {
		return total(this.lost);
	}

	static long total(Map<LossReason, Long> lost) {
		return lost.values().stream().mapToLong(Long::longValue).sum();
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
