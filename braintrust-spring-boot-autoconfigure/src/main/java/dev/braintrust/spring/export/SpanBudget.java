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
 * The budget for the spans of all projects. If it is exceeded, a project that holds its
 * share or more makes room: first the oldest spans lose their content, then, when no
 * content is left, the oldest spans are dropped. Requests in flight count for the share
 * of their own project and are not taken back. So a project that holds less than its
 * share loses nothing to another. Only the worker uses this class.
 */
final class SpanBudget {

	private static final int MAX_REQUESTS = 32;

	private final Map<String, Semaphore> servers = new HashMap<>();

	private final Map<String, Holdings> projects = new HashMap<>();

	private final QueueLimits limits;

	private final MemoryBudget memory;

	private long spans;

	private long underWay;

	private int activeProjects;

	// The number of the current count. It marks projects that were counted.
	private long round;

	SpanBudget(QueueLimits limits, MemoryBudget memory) {
		this.limits = limits;
		this.memory = memory;
	}

	// Return the permits for requests in flight to the server of a target. All projects
	// that send to it share them, so that projects that are due at the same time do not
	// open a connection each.
	Semaphore server(ExportTarget target) {
		return this.servers.computeIfAbsent(target.endpoint().getAuthority(),
				(authority) -> new Semaphore(MAX_REQUESTS));
	}

	Holdings project(ExportTarget target) {
		return this.projects.computeIfAbsent(target.projectKey(), (key) -> new Holdings(this.memory.of(key)));
	}

	void survey(List<SpanQueue> queues) {
		this.spans = 0;
		this.underWay = 0;
		this.activeProjects = 0;
		queues.forEach((queue) -> queue.project().clear());
		for (SpanQueue queue : queues) {
			int spans = queue.spans();
			if (spans > 0) {
				this.spans += spans;
				this.underWay += queue.request().underWay();
				this.activeProjects += (queue.project().active == 0) ? 1 : 0;
				queue.project().add(queue);
			}
		}
	}

	// The queues of a project divide its share, so that a project with many queues takes
	// nothing from another.
	long requestShare(Holdings project) {
		return this.limits.requestShare(this.activeProjects * Math.max(1, project.active), this.underWay);
	}

	// Return the approximate size of the spans of one project that may wait for the
	// worker, however many queues it has. All projects together may exceed the budget
	// by a quarter.
	long inboxShare() {
		return this.memory.max() / 4 / Math.max(1, this.activeProjects);
	}

	// Whether a project holds so much beside its spans that they are sent without waiting
	// for others: the bytes of an attachment are held until its span is sent, even if
	// they were uploaded long before.
	boolean isLarge(long held) {
		return held >= inboxShare();
	}

	// Whether another request may be in flight. Requests hold at most half of the room.
	// If servers do not answer, small requests may use a quarter more, so that other
	// projects go on.
	boolean admits(long size) {
		long half = this.limits.maxBytes() / 2;
		return this.underWay < half || (size <= this.limits.smallRequest() && this.underWay < half + half / 2);
	}

	// Make room. Return the targets that lost something.
	Set<ExportTarget> makeRoom(List<SpanQueue> queues) {
		Set<ExportTarget> full = new HashSet<>(0);
		while (this.memory.held() > this.limits.maxBytes()) {
			long share = share(queues, this.limits.maxBytes(), this.memory.held(), Holdings::held);
			SpanQueue queue = largest(queues, Holdings::held, SpanQueue::bytes, share);
			if (queue == null || !loseContentOrSpan(queue)) {
				break;
			}
			full.add(queue.target());
			while (this.memory.held() > this.limits.maxBytes() && queue.project().held() >= share
					&& loseContentOrSpan(queue)) {
				// Until there is room, or the project holds less than its share.
			}
		}
		survey(queues);
		while (this.spans > this.limits.maxSpans()) {
			long share = share(queues, this.limits.maxSpans(), this.spans, Holdings::spans);
			SpanQueue queue = largest(queues, Holdings::spans, SpanQueue::spans, share);
			if (queue == null || !queue.loseSpan()) {
				break;
			}
			this.spans--;
			queue.project().spans--;
			full.add(queue.target());
		}
		return full;
	}

	// An upload in flight holds its bytes even if its span has lost its content. So drop
	// spans only if all spans hold more than a quarter, which attachments leave free.
	private boolean loseContentOrSpan(SpanQueue queue) {
		return queue.loseContent() || (this.memory.added() > this.limits.maxBytes() / 4 && queue.loseSpan());
	}

	// Return the share of each project that can drop something. The others reduce the
	// room of these projects by half at most: experiments, which drop nothing, and
	// projects that hold attachments but no spans to drop.
	private long share(List<SpanQueue> queues, long max, long all, ToLongFunction<Holdings> held) {
		this.round++;
		long theirs = 0;
		int projects = 0;
		for (SpanQueue queue : queues) {
			if (queue.canLose() && queue.project().round != this.round) {
				queue.project().round = this.round;
				theirs += held.applyAsLong(queue.project());
				projects++;
			}
		}
		return (max - Math.min(all - theirs, max / 2)) / Math.max(1, projects);
	}

	// Return the largest queue of the project that holds most.
	private static @Nullable SpanQueue largest(List<SpanQueue> queues, ToLongFunction<Holdings> held,
			ToLongFunction<SpanQueue> own, long share) {
		Comparator<SpanQueue> order = Comparator.<SpanQueue>comparingLong((queue) -> held.applyAsLong(queue.project()))
			.thenComparingLong(own);
		SpanQueue largest = null;
		for (SpanQueue queue : queues) {
			if (queue.canLose() && held.applyAsLong(queue.project()) >= share
					&& (largest == null || order.compare(queue, largest) > 0)) {
				largest = queue;
			}
		}
		return largest;
	}

	/**
	 * The spans and bytes that all queues of one project hold.
	 */
	static final class Holdings {

		private final MemoryBudget.Part memory;

		// Without the spans in paced queues.
		private long spans;

		private long bytes;

		private long pacedBytes;

		// The number of its queues that have spans.
		private int active;

		private long round;

		private Holdings(MemoryBudget.Part memory) {
			this.memory = memory;
		}

		MemoryBudget.Part memory() {
			return this.memory;
		}

		private long spans() {
			return this.spans;
		}

		// Without the spans in paced queues.
		private long held() {
			return this.memory.held() - this.pacedBytes;
		}

		// Return the bytes that it holds besides its spans.
		long attachments() {
			return this.memory.held() - this.bytes;
		}

		private void clear() {
			this.spans = 0;
			this.bytes = 0;
			this.pacedBytes = 0;
			this.active = 0;
		}

		private void add(SpanQueue queue) {
			this.spans += queue.isPaced() ? 0 : queue.spans();
			this.bytes += queue.bytes();
			this.pacedBytes += queue.isPaced() ? queue.bytes() : 0;
			this.active++;
		}

	}

}
