package dev.braintrust.spring.export;

import java.util.List;
import java.util.concurrent.Semaphore;

import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.export.otlp.PartialSuccess;

/**
 * The request of one queue that is being read, is in flight, or pauses between two
 * attempts. It also counts the results of its spans. It is empty while no spans are
 * taken. It belongs to the worker; all times are of {@link System#nanoTime()}.
 */
final class OpenRequest {

	private final RequestTries tries = new RequestTries();

	private final Semaphore server;

	private final SpanCounts counts;

	private SpanBatch batch = new SpanBatch();

	private long takenBytes;

	private boolean inFlight;

	private boolean requested;

	private int attempts;

	OpenRequest(Semaphore server, SpanCounts counts) {
		this.server = server;
		this.counts = counts;
	}

	boolean isNone() {
		return this.batch.isEmpty();
	}

	// Whether it must be read before it is sent.
	boolean isUnread() {
		return !this.batch.isReady();
	}

	// Whether it is being read, or waits for its answer.
	boolean isInFlight() {
		return this.inFlight;
	}

	// Whether its spans were read and may be dropped.
	boolean isPausing() {
		return !this.inFlight && this.batch.isMade();
	}

	// Whether its server has the maximum number of requests in flight.
	boolean isHeldUp() {
		return this.server.availablePermits() == 0;
	}

	int size() {
		return this.batch.size();
	}

	long bytes() {
		return this.batch.bytes();
	}

	// Return the bytes that others cannot use while it is in flight. If it turns out to
	// be larger than estimated, only this project bears the excess.
	long underWay() {
		return this.inFlight ? Math.min(bytes(), this.takenBytes) : 0;
	}

	int attempts() {
		return this.attempts;
	}

	void open(List<QueuedSpan> spans) {
		this.batch = new SpanBatch(spans);
		this.takenBytes = this.batch.bytes();
	}

	// Start to read or send it, if it has spans.
	SpanBatch start(long now) {
		this.batch.limit(this.tries.maxSize(now));
		this.inFlight = !isNone();
		return this.batch;
	}

	// Nothing was read. Return the spans that have never been read.
	List<QueuedSpan> notRead() {
		this.inFlight = false;
		return this.batch.isMade() ? List.of() : unmade();
	}

	void made(SpanBatch batch, SpanMessages.Made made) {
		batch.made(made.parts());
		this.counts.contentLost(LossReason.TOO_LARGE, made.tooLarge());
		made.lost().forEach(QueuedSpan::lost);
		this.counts.settled(made.waiting().size() + made.lost().size(), made.lost().size(), LossReason.UNSENDABLE);
		if (batch.isEmpty()) {
			this.batch = new SpanBatch();
			this.inFlight = false;
		}
	}

	// It is about to be sent. Return the number of the attempt, or 0 if it cannot be
	// sent now.
	int send() {
		if (isNone()) {
			return 0;
		}
		if (!this.server.tryAcquire()) {
			// Reading took a while, and other requests use all permits now. It is sent
			// after one of them is answered.
			this.inFlight = false;
			return 0;
		}
		this.requested = true;
		this.attempts++;
		this.counts.requested(this.attempts > 1 || this.batch.isSentAgain(), this.batch.spans().size());
		return this.attempts;
	}

	// Decide what follows a reply.
	RequestTries.Outcome outcome(Reply reply, long now, RequestTries.Pace pace) {
		boolean canShrink = this.batch.isReady() && this.batch.canShrink();
		boolean alone = canShrink && this.batch.spans().size() == 1;
		return this.tries.outcome(reply, canShrink, alone, now, pace);
	}

	// It failed in a way that may be temporary.
	void retry(Reply reply) {
		landed();
		// Count an attempt even if it failed before it was sent.
		this.attempts = Math.max(1, this.attempts);
		this.counts.retrying(reply);
	}

	// Make it smaller before it is sent again.
	void shrink(Reply reply, long now) {
		this.tries.shrunk(this.batch.length(), reply, now);
		this.batch.shrink();
		this.attempts = 1;
	}

	// It was answered for good, or is given up. The next part of its spans replaces it,
	// if present.
	void settle(Reply reply, long now) {
		landed();
		if (!isNone()) {
			settle(this.batch, reply, now);
			this.batch = this.batch.isEmpty() ? new SpanBatch() : this.batch;
		}
		this.tries.reset();
		this.attempts = 0;
	}

	private void landed() {
		this.inFlight = false;
		if (this.requested) {
			this.requested = false;
			this.server.release();
		}
	}

	private void settle(SpanBatch batch, Reply reply, long now) {
		int size = batch.spans().size();
		if (reply.isAccepted()) {
			this.tries.accepted(now);
			long rejected = Math.min(size, PartialSuccess.rejectedSpans(reply));
			this.counts.accepted(size - rejected, batch.length());
			this.counts.settled(size, rejected, LossReason.REJECTED);
			if (rejected == 0) {
				batch.spans().forEach(QueuedSpan::sent);
			}
		}
		else {
			this.counts.failed(reply);
			batch.spans().forEach(QueuedSpan::lost);
			this.counts.settled(size, size, reason(reply));
		}
		batch.next();
	}

	private LossReason reason(Reply reply) {
		if (reply.mayPass()) {
			return this.tries.mayHaveArrived() ? LossReason.UNANSWERED : LossReason.GIVEN_UP;
		}
		return reply.isAnswered() ? LossReason.REFUSED : LossReason.UNSENDABLE;
	}

	// Drop its messages, but keep its spans, which have lost their content.
	List<QueuedSpan> giveUp() {
		this.counts.contentLost(LossReason.QUEUE_FULL, this.batch.contents());
		this.tries.reset();
		return unmade();
	}

	private List<QueuedSpan> unmade() {
		List<QueuedSpan> spans = this.batch.unmade();
		this.batch = new SpanBatch();
		return spans;
	}

	// Drop all spans for good. Return the number of lost spans.
	int close() {
		boolean sent = !isNone() && (this.requested || this.tries.mayHaveArrived());
		int unanswered = sent ? this.batch.spans().size() : 0;
		List<QueuedSpan> left = unmade();
		left.forEach(QueuedSpan::lost);
		this.counts.settled(unanswered, unanswered, LossReason.UNANSWERED);
		int unsent = left.size() - unanswered;
		this.counts.settled(unsent, unsent, LossReason.SHUTDOWN);
		return left.size();
	}

}
