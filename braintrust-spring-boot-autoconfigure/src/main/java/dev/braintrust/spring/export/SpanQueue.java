package dev.braintrust.spring.export;

import org.jspecify.annotations.Nullable;

/**
 * The waiting spans of one project and the request that is under way for it. Guarded by
 * the lock of {@link SpanQueues}; all times are of {@link System#nanoTime()}.
 *
 * @param <S> the type of a span that waits
 */
final class SpanQueue<S> {

	private final ExportTarget target;

	private final SpanReader<S> reader;

	private final SpanBudget budget;

	private final Destination destination;

	private final QueueAccount account;

	private final ExportCounters counters = new ExportCounters();

	private final FlushProgress progress = new FlushProgress();

	private final SpanBacklog<S> backlog = new SpanBacklog<>();

	private final RequestTries tries = new RequestTries();

	private final RequestSize requestSize = new RequestSize();

	private @Nullable SpanBatch<S> batch;

	// What could not be read yet.
	private int waiting;

	private long waitingBytes;

	private boolean inFlight;

	private boolean requested;

	// Whether reading takes its time, as far as is known.
	private boolean slow;

	private boolean readingSlowly;

	private long lastTaken;

	private int attempts;

	private long dueAt;

	private long notBefore;

	SpanQueue(ExportTarget target, SpanReader<S> reader, SpanBudget budget) {
		this.target = target;
		this.reader = reader;
		this.budget = budget;
		this.destination = budget.destination(target);
		this.account = new QueueAccount(budget);
	}

	ExportTarget target() {
		return this.target;
	}

	SpanReader<S> reader() {
		return this.reader;
	}

	ExportStatus status() {
		return this.counters.status(this.account.spans(), (this.batch != null) ? this.batch.size() : 0,
				this.account.bytes());
	}

	// How many of its spans could give way: not those of a request that is under way.
	int movableSpans() {
		return this.inFlight ? this.backlog.size() : this.account.spans() - this.waiting;
	}

	// What it holds that could give way.
	long movableBytes() {
		return this.inFlight ? this.backlog.bytes() : this.account.bytes() - this.waitingBytes;
	}

	boolean isIdle() {
		return this.backlog.isEmpty() && this.batch == null;
	}

	// Add a span that could not be read before.
	boolean resume(QueuedSpan<S> span, long bytesBefore, long now) {
		this.waiting--;
		this.waitingBytes -= bytesBefore;
		return enqueue(span, now);
	}

	boolean add(QueuedSpan<S> span, long dueAt) {
		this.counters.ended();
		return enqueue(span, dueAt);
	}

	private boolean enqueue(QueuedSpan<S> span, long dueAt) {
		boolean idle = isIdle();
		boolean full = isFull();
		if (idle) {
			this.dueAt = (this.attempts > 0 && this.notBefore - dueAt > 0) ? this.notBefore : dueAt;
		}
		this.backlog.add(span);
		this.progress.added();
		updateAccount();
		return idle || (!full && isFull());
	}

	private boolean isFull() {
		return this.backlog.size() >= QueueLimits.MAX_REQUEST_SPANS
				|| this.backlog.bytes() >= this.budget.requestShare();
	}

	// Count a span that came too late.
	void reject() {
		this.counters.ended();
		this.counters.lost(LossReason.CLOSED, 1);
	}

	// Called after each change of what is held.
	private void updateAccount() {
		if (this.batch == null) {
			this.progress.nothingUnderWay();
		}
		long bytes = (this.batch != null) ? this.batch.bytes() : 0;
		int spans = (this.batch != null) ? this.batch.size() : 0;
		this.account.update(this.backlog.bytes() + bytes + this.waitingBytes,
				this.backlog.size() + spans + this.waiting, this.inFlight ? bytes : 0);
	}

	// Give up the content of the oldest spans that have any: of a whole request that
	// pauses, or of one span.
	boolean loseContent() {
		boolean lost = loseRequest();
		if (!lost) {
			lost = this.backlog.strip(this.reader);
			this.counters.contentLost(LossReason.QUEUE_FULL, lost ? 1 : 0);
		}
		updateAccount();
		return lost;
	}

	private boolean loseRequest() {
		SpanBatch<S> paused = this.inFlight ? null : this.batch;
		if (paused == null || !paused.isMade()) {
			return false;
		}
		this.counters.contentLost(LossReason.QUEUE_FULL, paused.contents());
		this.backlog.putBack(paused.unmade());
		this.batch = null;
		this.tries.reset();
		return true;
	}

	// Give up the oldest span.
	boolean loseSpan() {
		// A request that pauses keeps its content as long as others can go.
		boolean lost = this.backlog.lose() != null || (loseRequest() && this.backlog.lose() != null);
		if (lost) {
			this.counters.lost(LossReason.QUEUE_FULL, 1);
			this.progress.lostBehind();
		}
		updateAccount();
		return lost;
	}

	// What it takes of the budget.
	QueueAccount account() {
		return this.account;
	}

	// Ask for what has been added so far to be sent without delay, unless the server asks
	// for a pause.
	FlushProgress.Flush flush(long now) {
		this.dueAt = (this.notBefore - now > 0) ? this.notBefore : now;
		return this.progress.flush();
	}

	// How long until this queue wants to send.
	long delay(long now) {
		if (this.inFlight || isIdle() || !isAdmitted()) {
			return Long.MAX_VALUE;
		}
		boolean hurried = this.attempts == 0 && (isFull() || this.progress.isWanted());
		return hurried ? 0 : Math.max(0, this.dueAt - now);
	}

	private boolean isAdmitted() {
		long atLeast = (this.batch != null) ? this.batch.bytes() : this.backlog.oldestBytes();
		boolean unread = this.batch == null || !this.batch.isReady();
		return !this.destination.isBusy() && this.budget.admits(atLeast)
				&& !(this.slow && unread && !this.budget.admitsSlowRead());
	}

	// Take the next spans to send: those of the last failed attempt, or new ones.
	@Nullable SpanBatch<S> take(boolean slow, long number, long now) {
		this.slow = slow;
		if (!isAdmitted()) {
			return null;
		}
		if (this.batch == null && !this.backlog.isEmpty()) {
			this.batch = new SpanBatch<>(this.backlog.poll(QueueLimits.MAX_REQUEST_SPANS, this.budget.requestShare()));
		}
		this.inFlight = this.batch != null;
		this.lastTaken = number;
		if (this.batch != null) {
			this.batch.limit(this.requestSize.max(now));
		}
		if (slow && this.batch != null && !this.batch.isReady()) {
			this.readingSlowly = true;
			this.budget.slowReadStarted();
		}
		updateAccount();
		return this.batch;
	}

	long lastTaken() {
		return this.lastTaken;
	}

	void made(SpanBatch<S> batch, SpanMessages.Made<S> made) {
		slowReadEnded();
		if (this.batch == batch) {
			batch.made(made.parts());
			this.counters.contentLost(LossReason.TOO_LARGE, made.tooLarge());
			this.waiting += made.waiting().size();
			this.waitingBytes += made.waiting().stream().mapToLong(QueuedSpan::bytes).sum();
			this.progress.settled(made.waiting().size(), 0);
			if (batch.isEmpty()) {
				this.batch = null;
				this.inFlight = false;
			}
			updateAccount();
		}
	}

	// A request is about to be sent.
	int requested() {
		SpanBatch<S> batch = this.batch;
		if (batch == null) {
			return 0;
		}
		if (this.destination.isBusy()) {
			// It took its time to be read. It is sent when others are answered.
			this.inFlight = false;
			updateAccount();
			return 0;
		}
		this.requested = true;
		this.destination.requested();
		this.attempts++;
		this.counters.requested(this.attempts > 1 || batch.isSentAgain(), batch.spans().size());
		return this.attempts;
	}

	int attempts() {
		return this.attempts;
	}

	// Decide what is to become of the request.
	RequestTries.Outcome outcome(Answer answer, long now, Pace pace) {
		SpanBatch<S> batch = this.batch;
		boolean canShrink = batch != null && batch.isReady() && batch.canShrink();
		boolean alone = batch != null && canShrink && batch.spans().size() == 1;
		return this.tries.outcome(answer, canShrink, alone, now, pace);
	}

	// The request was answered for good, or is given up.
	void settle(Answer answer, long now, long nextDueAt) {
		landed();
		if (answer.isAccepted()) {
			this.requestSize.accepted(this.tries.isNone(), now);
		}
		this.tries.reset();
		SpanBatch<S> batch = this.batch;
		if (batch != null) {
			settle(batch, answer);
			if (batch.isEmpty()) {
				this.batch = null;
			}
		}
		this.attempts = 0;
		this.dueAt = (this.batch != null) ? now : nextDueAt;
		updateAccount();
	}

	private void slowReadEnded() {
		if (this.readingSlowly) {
			this.readingSlowly = false;
			this.budget.slowReadEnded();
		}
	}

	private void landed() {
		slowReadEnded();
		this.inFlight = false;
		if (this.requested) {
			this.requested = false;
			this.destination.answered();
		}
	}

	private void settle(SpanBatch<S> batch, Answer answer) {
		int size = batch.spans().size();
		if (answer.isAccepted()) {
			long rejected = Math.min(size, answer.rejected());
			this.counters.accepted(size - rejected, batch.message().length);
			settle(size, rejected, LossReason.REJECTED);
		}
		else {
			this.counters.failed(answer);
			settle(size, size, reason(answer));
		}
		batch.next();
	}

	private static LossReason reason(Answer answer) {
		if (answer.mayPass()) {
			return LossReason.GIVEN_UP;
		}
		return (answer.status() != null) ? LossReason.REFUSED : LossReason.UNSENDABLE;
	}

	private void settle(long count, long lost, LossReason reason) {
		this.progress.settled(count, lost);
		this.counters.lost(reason, lost);
	}

	// The request failed in a way that may pass.
	void retry(Answer answer, long retryAt, long notBefore) {
		landed();
		// Also where it failed before it could be sent.
		this.attempts = Math.max(1, this.attempts);
		this.counters.retrying(answer);
		this.dueAt = retryAt;
		this.notBefore = notBefore;
		updateAccount();
	}

	// Have the request made smaller.
	void shrink(Answer answer, long now, long retryAt, long notBefore) {
		if (this.batch != null) {
			this.requestSize.refused(this.batch.message().length, answer.isTooLarge(), now);
			this.batch.shrink();
		}
		this.tries.reset();
		this.attempts = 1;
		retry(answer, retryAt, notBefore);
	}

	// Give up everything, for good.
	int close() {
		int size = this.backlog.clear() + ((this.batch != null) ? this.batch.size() : 0);
		settle(size, size, LossReason.SHUTDOWN);
		this.counters.lost(LossReason.SHUTDOWN, this.waiting);
		size += this.waiting;
		this.waiting = 0;
		this.waitingBytes = 0;
		this.batch = null;
		this.counters.closed();
		updateAccount();
		return size;
	}

}
