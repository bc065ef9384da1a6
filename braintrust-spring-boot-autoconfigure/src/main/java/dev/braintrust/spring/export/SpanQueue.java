package dev.braintrust.spring.export;

import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * One queue of a project: which spans are queued, which are taken for a request and when,
 * and which are dropped. It belongs to the worker; all times are of
 * {@link System#nanoTime()}.
 */
final class SpanQueue {

	private final SpanInbox inbox;

	private final ExportTarget target;

	private final SpanBudget budget;

	private final SpanBudget.Holdings project;

	private final SpanCounts counts = new SpanCounts();

	private final SpanBacklog backlog = new SpanBacklog(this.counts);

	private final OpenRequest request;

	// Whether reading is slow, as far as is known.
	private boolean slow;

	private long held;

	private long lastTaken;

	private long dueAt;

	private long notBefore;

	SpanQueue(SpanInbox inbox, SpanBudget budget) {
		this.inbox = inbox;
		this.target = inbox.target();
		this.budget = budget;
		this.project = budget.project(this.target);
		this.request = new OpenRequest(budget.server(this.target), this.counts);
	}

	ExportTarget target() {
		return this.target;
	}

	SpanBudget.Holdings project() {
		return this.project;
	}

	OpenRequest request() {
		return this.request;
	}

	SpanReader reader() {
		return this.inbox.reader();
	}

	boolean isSlow() {
		return this.slow;
	}

	int spans() {
		return this.backlog.all() + this.request.size();
	}

	// Return the size of its own spans, without attachments.
	long bytes() {
		return this.held;
	}

	// Whether the code that adds spans waits for room, so that no span is dropped.
	boolean isPaced() {
		return this.inbox.isPaced();
	}

	boolean canLose() {
		return !isPaced() && (this.backlog.all() > 0 || this.request.isPausing());
	}

	private boolean isIdle() {
		return this.backlog.isEmpty() && this.request.isNone();
	}

	// Take over all spans that were added.
	void collect(long dueAt) {
		for (QueuedSpan.Entry span : this.inbox.take(false)) {
			add(span, dueAt);
		}
		update();
	}

	private void add(QueuedSpan.Entry span, long dueAt) {
		this.counts.ended();
		this.counts.contentLost(LossReason.QUEUE_FULL, span.isStripped() ? 1 : 0);
		enqueue(span, dueAt);
	}

	private void enqueue(QueuedSpan span, long dueAt) {
		if (isIdle()) {
			this.dueAt = (this.request.attempts() > 0 && this.notBefore - dueAt > 0) ? this.notBefore : dueAt;
		}
		this.backlog.add(span);
	}

	// Called after each change of the held bytes.
	private void update() {
		if (this.request.isNone()) {
			this.counts.nothingUnderWay();
		}
		long held = this.backlog.allBytes() + this.request.bytes();
		this.project.memory().add(held - this.held);
		this.held = held;
	}

	// Publish the status. Return whether more spans were added that the worker must
	// look at.
	boolean publish() {
		long room = this.budget.requestShare(this.project) - this.backlog.bytes();
		return this.inbox.publish(this.counts.status(this.request.size(), this.held),
				isIdle() ? 1 : QueueLimits.MAX_REQUEST_SPANS - this.backlog.size(), room, this.budget.inboxShare());
	}

	// Drop the content of the oldest spans that have any: of a whole pausing request, or
	// of one span. Return whether there was any.
	boolean loseContent() {
		boolean lost = loseRequest() || this.backlog.strip();
		update();
		return lost;
	}

	private boolean loseRequest() {
		if (!this.request.isPausing()) {
			return false;
		}
		this.backlog.putBack(this.request.giveUp());
		return true;
	}

	// Drop the oldest span. A pausing request keeps its content as long as other spans
	// can be dropped.
	boolean loseSpan() {
		if (this.backlog.isEmpty()) {
			loseRequest();
		}
		boolean lost = this.backlog.lose();
		update();
		return lost;
	}

	// Send all spans that were added before without delay, unless the server asks for
	// a pause.
	CompletableFuture<Boolean> flush(long now) {
		this.dueAt = (this.notBefore - now > 0) ? this.notBefore : now;
		return this.counts.flush();
	}

	// Return the time until this queue is due.
	long delay(SpanReads reads, long now) {
		if (this.request.isInFlight() || isIdle() || !isAdmitted(reads, now)) {
			return Long.MAX_VALUE;
		}
		boolean full = this.backlog.size() >= QueueLimits.MAX_REQUEST_SPANS
				|| this.backlog.bytes() >= this.budget.requestShare(this.project)
				|| this.budget.isLarge(this.project.attachments());
		boolean hurried = this.request.attempts() == 0 && (full || this.counts.isWanted());
		return hurried ? 0 : Math.max(0, this.dueAt - now);
	}

	private boolean isAdmitted(SpanReads reads, long now) {
		long atLeast = this.request.isNone() ? this.backlog.oldestBytes() : this.request.bytes();
		return !this.request.isHeldUp() && this.budget.admits(atLeast)
				&& (!this.request.isUnread() || reads.admits(this.slow, now));
	}

	// Take the next spans to send: spans of the last failed attempt, or new ones.
	@Nullable SpanBatch take(SpanReads reads, long number, long now) {
		if (!isAdmitted(reads, now)) {
			return null;
		}
		if (this.request.isNone() && !this.backlog.isEmpty()) {
			this.request.open(this.backlog.poll(QueueLimits.MAX_REQUEST_SPANS, this.budget.requestShare(this.project)));
		}
		this.lastTaken = number;
		SpanBatch batch = this.request.start(now);
		update();
		return batch;
	}

	long lastTaken() {
		return this.lastTaken;
	}

	// Nothing was read, since reading is slow. So this queue is the next one.
	void notRead() {
		this.slow = true;
		this.lastTaken = 0;
		this.backlog.putBack(this.request.notRead());
		update();
	}

	void made(SpanBatch batch, SpanMessages.Made made, boolean slow) {
		this.slow = slow;
		this.backlog.await(made.waiting());
		this.request.made(batch, made);
		update();
	}

	// Enqueue a span that could not be read before.
	void resume(QueuedSpan span, QueuedSpan resumed, long now) {
		if (this.backlog.resume(span)) {
			enqueue(resumed, now);
			update();
		}
	}

	// The request was answered for good, or is given up.
	void settle(Reply reply, long now, long nextDueAt) {
		this.request.settle(reply, now);
		this.dueAt = this.request.isNone() ? nextDueAt : now;
		update();
	}

	// The request failed in a way that may be temporary.
	void retry(Reply reply, long retryAt, long notBefore) {
		this.request.retry(reply);
		this.dueAt = retryAt;
		this.notBefore = notBefore;
	}

	// Drop all spans for good. Return the number of lost spans. The inbox itself counts
	// the spans that it still has.
	int close() {
		int count = this.backlog.close() + this.request.close();
		update();
		publish();
		return count + this.inbox.end();
	}

}
