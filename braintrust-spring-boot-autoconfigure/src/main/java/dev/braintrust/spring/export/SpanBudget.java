package dev.braintrust.spring.export;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.ToLongFunction;

import dev.braintrust.spring.api.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * What the spans of all projects hold together. When it is too much, a project that holds
 * its share or more makes room: first the content of its oldest spans goes, then, when no
 * content is left, its oldest spans. What is under way of a project counts for its own
 * share and is not taken back, so a project that holds less than its share loses nothing
 * to another. Used by the worker alone.
 */
final class SpanBudget {

	private static final int MAX_REQUESTS = 32;

	private final Map<String, Semaphore> servers = new HashMap<>();

	private final QueueLimits limits;

	private final MemoryBudget memory;

	private long spans;

	private long underWay;

	private int active;

	SpanBudget(QueueLimits limits, MemoryBudget memory) {
		this.limits = limits;
		this.memory = memory;
	}

	// How many requests may be under way to the server of a target. The projects that
	// send to it share them, so those that are due at one time do not open a connection
	// each.
	Semaphore server(ExportTarget target) {
		return this.servers.computeIfAbsent(target.endpoint().getAuthority(),
				(authority) -> new Semaphore(MAX_REQUESTS));
	}

	MemoryBudget.Part part(ExportTarget target) {
		return this.memory.of(target.projectKey());
	}

	void survey(List<SpanQueue> queues) {
		this.spans = 0;
		this.underWay = 0;
		this.active = 0;
		for (SpanQueue queue : queues) {
			this.spans += queue.spans();
			this.underWay += queue.request().underWay();
			this.active += (queue.spans() > 0) ? 1 : 0;
		}
	}

	long requestShare() {
		return this.limits.requestShare(this.active, this.underWay);
	}

	// About how much of one project may wait for the worker. All of it is a quarter of
	// the budget, which what is surveyed may so be exceeded by.
	long inboxShare() {
		return this.memory.max() / 4 / Math.max(1, this.active);
	}

	// Whether a project holds so much beside its spans that they do not wait for others:
	// the bytes of an attachment are held until its span is sent, though they are
	// uploaded long before.
	boolean isLarge(long held) {
		return held >= inboxShare();
	}

	// Whether another request may be under way. Requests hold half of the room at the
	// most; where servers do not answer, a quarter more is for small ones, so that other
	// projects go on.
	boolean admits(long size) {
		long half = this.limits.maxBytes() / 2;
		return this.underWay < half || (size <= this.limits.smallRequest() && this.underWay < half + half / 2);
	}

	// Make room, and return the targets that lost something.
	Set<ExportTarget> makeRoom(List<SpanQueue> queues) {
		Set<ExportTarget> full = new HashSet<>(0);
		while (this.memory.held() > this.limits.maxBytes()) {
			SpanQueue queue = largest(queues, SpanQueue::held, this.limits.maxBytes());
			if (queue == null || !queue.loseContentOrSpan()) {
				break;
			}
			full.add(queue.target());
			while (this.memory.held() > this.limits.maxBytes() && isShare(queue.held(), this.limits.maxBytes())
					&& queue.loseContentOrSpan()) {
				// Until there is room, or others hold more.
			}
		}
		survey(queues);
		while (this.spans > this.limits.maxSpans()) {
			SpanQueue queue = largest(queues, SpanQueue::spans, this.limits.maxSpans());
			if (queue == null || !queue.loseSpan()) {
				break;
			}
			this.spans--;
			full.add(queue.target());
		}
		return full;
	}

	private boolean isShare(long held, long all) {
		return held >= all / Math.max(1, this.active);
	}

	// Of the queues of one project, the one whose own spans hold most.
	private @Nullable SpanQueue largest(List<SpanQueue> queues, ToLongFunction<SpanQueue> held, long all) {
		Comparator<SpanQueue> order = Comparator.comparingLong(held).thenComparingLong(SpanQueue::bytes);
		SpanQueue largest = null;
		for (SpanQueue queue : queues) {
			if (queue.canLose() && isShare(held.applyAsLong(queue), all)
					&& (largest == null || order.compare(queue, largest) > 0)) {
				largest = queue;
			}
		}
		return largest;
	}

}
