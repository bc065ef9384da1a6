package dev.braintrust.spring.export;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The state of the export of one project. {@code ended} is always the sum of
 * {@code sent}, {@code queued} and {@code lost}. It contains neither secrets nor content.
 *
 * @param state the result of the last request
 * @param ended the number of spans that ended
 * @param sent the number of spans that were accepted
 * @param queued the number of spans that are queued or in flight
 * @param underWay the number of queued spans that are part of a request, even while it
 * pauses between two attempts
 * @param queuedBytes the approximate size of the queued spans on the heap
 * @param lost the number of spans that were lost, by reason
 * @param contentLost the number of spans that lost their content, by reason; the numbers
 * above include these spans
 * @param requests the number of requests that were sent
 * @param retried the number of spans that were sent again, each time counted
 * @param bytes the number of bytes that were accepted, before compression
 * @param lastSuccess when a request was last accepted, or {@code null}
 * @param lastFailure when a request last failed, or {@code null}
 * @param lastError a description of the last failure, without the text of an exception or
 * an answer, or {@code null}
 */
public record ExportStatus(State state, long ended, long sent, long queued, long underWay, long queuedBytes,
		Map<LossReason, Long> lost, Map<LossReason, Long> contentLost, long requests, long retried, long bytes,
		@Nullable Instant lastSuccess, @Nullable Instant lastFailure, @Nullable String lastError) {

	/**
	 * The status of a project that has had no span.
	 */
	public static final ExportStatus UNUSED = new ExportStatus(State.IDLE, 0, 0, 0, 0, 0, Map.of(), Map.of(), 0, 0, 0,
			null, null, null);

	// Add spans that have ended since and are queued.
	ExportStatus now(long ended, long moreBytes) {
		return with(this.state, ended, this.lost, this.underWay, this.queuedBytes + moreBytes);
	}

	// Add the status of another queue of the project. Only queues that are open determine
	// the result of the last request.
	ExportStatus plus(ExportStatus other) {
		boolean later = this.state != State.CLOSED && other.state != State.CLOSED
				&& isLater(other.lastRequest(), lastRequest());
		// A failure that continues takes precedence over the failure of a closed queue.
		boolean failing = this.state == State.RETRYING || this.state == State.FAILING;
		boolean failedLater = isLater(other.lastFailure, this.lastFailure) && !(failing && other.state == State.CLOSED);
		return new ExportStatus(later ? other.state : this.state, this.ended + other.ended, this.sent + other.sent,
				this.queued + other.queued, this.underWay + other.underWay, this.queuedBytes + other.queuedBytes,
				sum(this.lost, other.lost), sum(this.contentLost, other.contentLost), this.requests + other.requests,
				this.retried + other.retried, this.bytes + other.bytes,
				isLater(other.lastSuccess, this.lastSuccess) ? other.lastSuccess : this.lastSuccess,
				failedLater ? other.lastFailure : this.lastFailure, failedLater ? other.lastError : this.lastError);
	}

	// Return the counts only. Requests with the key of a caller say nothing about the
	// project's own key.
	ExportStatus counts() {
		return new ExportStatus(State.CLOSED, this.ended, this.sent, this.queued, this.underWay, this.queuedBytes,
				this.lost, this.contentLost, this.requests, this.retried, this.bytes, null, null, null);
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

	// Return the status after the close. Nothing is queued any more, so a span that was
	// neither sent nor lost before is lost now.
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

	// Return the number of spans that were lost for any reason.
	public long totalLost() {
		return total(this.lost);
	}

	static long total(Map<LossReason, Long> lost) {
		return lost.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * The result of the last request.
	 */
	public enum State {

		// No request was sent yet.
		IDLE,

		// The request was accepted.
		SENDING,

		// The request failed in a way that may be temporary, and is retried.
		RETRYING,

		// The request was refused for good, or could not be created.
		FAILING,

		// The application context has closed, or the experiment of the queue has ended.
		CLOSED

	}

}
