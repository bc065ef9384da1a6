package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.export.otlp.PartialSuccess;
import org.jspecify.annotations.Nullable;

/**
 * The waiting spans of one project and the request that is under way for it. It belongs
 * to the worker; all times are of {@link System#nanoTime()}.
 */
final class SpanQueue {

	private final SpanInbox inbox;

	private final ExportTarget target;

	private final SpanBudget budget;

	private final SpanBudget.Destination destination;

	private final MemoryBudget.Part part;

	private final ExportCounters counters = new ExportCounters();

	private final FlushProgress progress = new FlushProgress();

	private final SpanBacklog backlog = new SpanBacklog();

	// What could not be read yet.
	private final Set<QueuedSpan> waiting = new LinkedHashSet<>(0);

	private final RequestTries tries = new RequestTries();

	private @Nullable SpanBatch batch;

	private boolean inFlight;

	private boolean requested;

	// Whether reading takes its time, as far as is known.
	private boolean slow;

	private boolean losing;

	private long held;

	private long lastTaken;

	private long takenBefore;

	private long takenBytes;

	private int attempts;

	private long dueAt;

	private long notBefore;

	SpanQueue(SpanInbox inbox, SpanBudget budget) {
		this.inbox = inbox;
		this.target = inbox.target();
		this.budget = budget;
		this.destination = budget.destination(this.target);
		this.part = budget.part(this.target);
	}

	ExportTarget target() {
		return this.target;
	}

	SpanReader reader() {
		return this.inbox.reader();
	}

	boolean isSlow() {
		return this.slow;
	}

	int spans() {
		return this.backlog.size() + this.waiting.size() + ((this.batch != null) ? this.batch.size() : 0);
	}

	// What the project holds, attachments included.
	long held() {
		return this.part.held();
	}

	// What others cannot have while it is under way. By how much it turned out to be
	// larger than it said is for this project alone to bear.
	long underWay() {
		return (this.inFlight && this.batch != null) ? Math.min(this.batch.bytes(), this.takenBytes) : 0;
	}

	boolean canLose() {
		return !this.inbox.isPaced() && (!this.backlog.isEmpty() || !this.waiting.isEmpty()
				|| (!this.inFlight && this.batch != null && this.batch.isMade()));
	}

	private boolean isIdle() {
		return this.backlog.isEmpty() && this.batch == null;
	}

	// Take over what has been added.
	void collect(long dueAt) {
		for (SpanInbox.Entry span : this.inbox.take(false)) {
			add(span, dueAt);
		}
		update();
	}

	private void add(SpanInbox.Entry span, long dueAt) {
		this.counters.ended();
		if (span.isStripped()) {
			this.counters.contentLost(LossReason.QUEUE_FULL, 1);
		}
		enqueue(span, dueAt);
	}

	private void enqueue(QueuedSpan span, long dueAt) {
		if (isIdle()) {
			this.dueAt = (this.attempts > 0 && this.notBefore - dueAt > 0) ? this.notBefore : dueAt;
		}
		this.backlog.add(span);
		this.progress.added();
	}

	// Called after each change of what is held.
	private void update() {
		if (this.batch == null) {
			this.progress.nothingUnderWay();
		}
		long held = this.backlog.bytes() + ((this.batch != null) ? this.batch.bytes() : 0);
		for (QueuedSpan span : this.waiting) {
			held += span.bytes();
		}
		this.part.add(held - this.held);
		this.held = held;
		this.losing &= spans() > 0;
	}

	// Tell how it goes. Returns whether more has been added that is to be looked at.
	boolean publish() {
		SpanBatch batch = this.batch;
		long room = this.budget.requestShare() - this.backlog.bytes();
		return this.inbox.publish(this.counters.status((batch != null) ? batch.size() : 0, this.held),
				isIdle() ? 1 : QueueLimits.MAX_REQUEST_SPANS - this.backlog.size(),
				Math.min(room, this.budget.inboxShare() / 2));
	}

	private boolean isFull() {
		return this.backlog.size() >= QueueLimits.MAX_REQUEST_SPANS
				|| this.backlog.bytes() >= this.budget.requestShare();
	}

	// Give up the content of the oldest spans that have any: of a whole request that
	// pauses, or of one span. Without content give up the oldest span.
	boolean loseContentOrSpan() {
		boolean lost = loseRequest() || stripWaiting();
		if (!lost && this.backlog.strip()) {
			this.counters.contentLost(LossReason.QUEUE_FULL, 1);
			lost = true;
		}
		update();
		return lost || loseSpan();
	}

	private boolean loseRequest() {
		SpanBatch paused = this.inFlight ? null : this.batch;
		if (paused == null || !paused.isMade()) {
			return false;
		}
		this.counters.contentLost(LossReason.QUEUE_FULL, paused.contents());
		this.backlog.putBack(paused.unmade());
		this.batch = null;
		this.tries.reset();
		return true;
	}

	// A span that loses its content has nothing to wait for.
	private boolean stripWaiting() {
		for (QueuedSpan span : this.waiting) {
			this.waiting.remove(span);
			this.counters.contentLost(LossReason.QUEUE_FULL, 1);
			enqueue(span.withoutContent(LossReason.QUEUE_FULL), System.nanoTime());
			return true;
		}
		return false;
	}

	// Give up the oldest span.
	boolean loseSpan() {
		// A request that pauses keeps its content as long as others can go.
		boolean lost = this.backlog.lose() || ((loseRequest() || stripWaiting()) && this.backlog.lose());
		if (lost) {
			this.counters.lost(LossReason.QUEUE_FULL, 1);
			this.progress.lostBehind();
		}
		update();
		return lost;
	}

	// Whether a loss is the first one since nothing waited.
	boolean isFirstLoss() {
		boolean first = !this.losing;
		this.losing = spans() > 0;
		return first;
	}

	// Have what has been added so far sent without delay, unless the server asks for a
	// pause.
	CompletableFuture<Boolean> flush(long now) {
		this.dueAt = (this.notBefore - now > 0) ? this.notBefore : now;
		return this.progress.flush();
	}

	// How long until this queue wants to send.
	long delay(SpanReads reads, long now) {
		if (this.inFlight || isIdle() || !isAdmitted(reads, now)) {
			return Long.MAX_VALUE;
		}
		boolean hurried = this.attempts == 0 && (isFull() || this.progress.isWanted());
		return hurried ? 0 : Math.max(0, this.dueAt - now);
	}

	private boolean isAdmitted(SpanReads reads, long now) {
		long atLeast = (this.batch != null) ? this.batch.bytes() : this.backlog.oldestBytes();
		boolean unread = this.batch == null || !this.batch.isReady();
		return !this.destination.isBusy() && this.budget.admits(atLeast) && (!unread || reads.admits(this.slow, now));
	}

	// Take the next spans to send: those of the last failed attempt, or new ones.
	@Nullable SpanBatch take(SpanReads reads, long number, long now) {
		if (!isAdmitted(reads, now)) {
			return null;
		}
		if (this.batch == null && !this.backlog.isEmpty()) {
			this.batch = new SpanBatch(this.backlog.poll(QueueLimits.MAX_REQUEST_SPANS, this.budget.requestShare()));
			this.takenBytes = this.batch.bytes();
		}
		this.inFlight = this.batch != null;
		this.takenBefore = this.lastTaken;
		this.lastTaken = number;
		if (this.batch != null) {
			this.batch.limit(this.tries.maxSize(now));
		}
		update();
		return this.batch;
	}

	long lastTaken() {
		return this.lastTaken;
	}

	// Nothing was read, since it takes its time.
	void notRead() {
		this.slow = true;
		this.inFlight = false;
		this.lastTaken = this.takenBefore;
		SpanBatch batch = this.batch;
		if (batch != null && !batch.isMade()) {
			this.backlog.putBack(batch.unmade());
			this.batch = null;
		}
		update();
	}

	void made(SpanBatch batch, SpanMessages.Made made, boolean slow) {
		this.slow = slow;
		batch.made(made.parts());
		this.counters.contentLost(LossReason.TOO_LARGE, made.tooLarge());
		this.counters.lost(LossReason.UNSENDABLE, made.lost().size());
		made.lost().forEach(QueuedSpan::lost);
		this.waiting.addAll(made.waiting());
		this.progress.settled(made.waiting().size() + made.lost().size(), made.lost().size());
		if (batch.isEmpty()) {
			this.batch = null;
			this.inFlight = false;
		}
		update();
	}

	// Add a span that could not be read before.
	void resume(QueuedSpan span, QueuedSpan resumed, long now) {
		if (this.waiting.remove(span)) {
			enqueue(resumed, now);
			update();
		}
	}

	// A request is about to be sent.
	int requested() {
		SpanBatch batch = this.batch;
		if (batch == null) {
			return 0;
		}
		if (this.destination.isBusy()) {
			// It took its time to be read. It is sent when others are answered.
			this.inFlight = false;
			update();
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
	RequestTries.Outcome outcome(Reply reply, long now, Pace pace) {
		SpanBatch batch = this.batch;
		boolean canShrink = batch != null && batch.isReady() && batch.canShrink();
		boolean alone = batch != null && canShrink && batch.spans().size() == 1;
		return this.tries.outcome(reply, canShrink, alone, now, pace);
	}

	// The request was answered for good, or is given up.
	void settle(Reply reply, long now, long nextDueAt) {
		landed();
		SpanBatch batch = this.batch;
		if (batch != null) {
			settle(batch, reply, now);
			if (batch.isEmpty()) {
				this.batch = null;
			}
		}
		this.tries.reset();
		this.attempts = 0;
		this.dueAt = (this.batch != null) ? now : nextDueAt;
		update();
	}

	private void landed() {
		this.inFlight = false;
		if (this.requested) {
			this.requested = false;
			this.destination.answered();
		}
	}

	private void settle(SpanBatch batch, Reply reply, long now) {
		int size = batch.spans().size();
		if (reply.isAccepted()) {
			this.tries.accepted(now);
			long rejected = Math.min(size, PartialSuccess.rejectedSpans(reply));
			this.counters.accepted(size - rejected, batch.length());
			settle(size, rejected, LossReason.REJECTED);
			if (rejected == 0) {
				batch.spans().forEach(QueuedSpan::sent);
			}
		}
		else {
			this.counters.failed(reply);
			batch.spans().forEach(QueuedSpan::lost);
			settle(size, size, reason(reply));
		}
		batch.next();
	}

	private LossReason reason(Reply reply) {
		if (reply.mayPass()) {
			return this.tries.mayHaveArrived() ? LossReason.UNANSWERED : LossReason.GIVEN_UP;
		}
		return reply.isAnswered() ? LossReason.REFUSED : LossReason.UNSENDABLE;
	}

	private void settle(long count, long lost, LossReason reason) {
		this.progress.settled(count, lost);
		this.counters.lost(reason, lost);
	}

	// The request failed in a way that may pass.
	void retry(Reply reply, long retryAt, long notBefore) {
		landed();
		// Also where it failed before it could be sent.
		this.attempts = Math.max(1, this.attempts);
		this.counters.retrying(reply);
		this.dueAt = retryAt;
		this.notBefore = notBefore;
		update();
	}

	// Have the request made smaller.
	void shrink(Reply reply, long now, long retryAt, long notBefore) {
		if (this.batch != null) {
			this.tries.shrunk(this.batch.length(), reply, now);
			this.batch.shrink();
		}
		this.attempts = 1;
		retry(reply, retryAt, notBefore);
	}

	// Give up everything, for good.
	int close() {
		for (SpanInbox.Entry span : this.inbox.take(true)) {
			add(span, 0);
		}
		int unanswered = 0;
		List<QueuedSpan> left = new ArrayList<>(this.waiting);
		SpanBatch batch = this.batch;
		if (batch != null) {
			unanswered = (this.requested || this.tries.mayHaveArrived()) ? batch.spans().size() : 0;
			left.addAll(batch.unmade());
		}
		left.forEach(QueuedSpan::lost);
		int count = left.size() + this.backlog.clear();
		this.waiting.clear();
		this.batch = null;
		settle(unanswered, unanswered, LossReason.UNANSWERED);
		settle(count - unanswered, count - unanswered, LossReason.SHUTDOWN);
		this.counters.closed();
		update();
		publish();
		return count;
	}

}
