package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of all projects, with a bounded queue for each project and one worker.
 * <p>
 * A span that ends is put into the inbox of its project, which takes no lock and neither
 * waits nor fails. The worker collects a queue every second, or earlier if a queue has a
 * full batch or is flushed. It sends a batch without waiting for the answer, so a project
 * whose endpoint hangs delays no other. Each queue has at most one request in flight.
 * Failures that may be temporary (a network error, a failing or overloaded server or
 * gateway) are retried with growing pauses, other refusals are final. All threads are
 * created with the first span.
 */
public final class SpanPipeline implements AutoCloseable {

	private final Map<String, ProjectInboxes> projects = new ConcurrentHashMap<>();

	// The open inboxes of paced spans, which share the room for experiments.
	private final Set<SpanInbox> running = ConcurrentHashMap.newKeySet();

	private final QueueLimits limits;

	private final MemoryBudget memory;

	private final Supplier<ExportWorker> creator;

	private final Duration shutdownTimeout;

	private volatile @Nullable ExportWorker worker;

	private volatile boolean closed;

	public SpanPipeline(QueueLimits limits, Duration shutdownTimeout, HttpClients clients) {
		this.limits = limits;
		this.memory = new MemoryBudget(limits.maxBytes());
		this.creator = () -> new ExportWorker(SpanTransport.over(clients), RequestTries.Pace.closingIn(shutdownTimeout),
				limits, this.memory);
		this.shutdownTimeout = shutdownTimeout;
	}

	SpanPipeline(SpanTransport transport, RequestTries.Pace pace, QueueLimits limits) {
		this.limits = limits;
		this.memory = new MemoryBudget(limits.maxBytes());
		this.creator = () -> new ExportWorker(transport, pace, limits, this.memory);
		this.shutdownTimeout = pace.closeTimeout();
	}

	// The budget of unsent data of all projects.
	public MemoryBudget memory() {
		return this.memory;
	}

	public SpanSink open(ProjectSettings settings, SpanReader reader) {
		return open(settings, reader, null, false);
	}

	// Open a queue for the logs of a project or, with a parent, for spans that belong to
	// that parent. If it is paced, the code that adds spans waits for room.
	public SpanSink open(ProjectSettings settings, SpanReader reader, @Nullable String parent, boolean paced) {
		ProjectInboxes project = this.projects.computeIfAbsent(settings.key(), (key) -> new ProjectInboxes());
		SpanInbox inbox = new SpanInbox(settings, reader, this, project, parent, paced);
		project.add(inbox);
		if (paced) {
			this.running.add(inbox);
		}
		if (this.closed) {
			inbox.end();
		}
		return inbox;
	}

	// Close a queue of spans that have another parent.
	void close(SpanInbox inbox, ProjectInboxes project) {
		this.running.remove(inbox);
		ExportWorker worker = this.worker;
		if (worker == null || this.closed) {
			inbox.end();
			project.remove(inbox);
		}
		else {
			// The inbox stays listed until the worker has ended it, so that a close of
			// the pipeline ends it in any case.
			worker.end(inbox, () -> project.remove(inbox));
		}
	}

	// Whether an experiment may add spans. Experiments use a quarter of the limits, so
	// that the rest is left for logs. Experiments that run at the same time share it.
	boolean hasRoom(ExportStatus status) {
		long sharing = Math.max(1, this.running.size());
		return status.queuedBytes() * sharing < this.limits.maxBytes() / 4
				&& status.queued() * sharing < this.limits.maxSpans() / 4;
	}

	private List<SpanInbox> all() {
		List<SpanInbox> all = new ArrayList<>();
		this.projects.values().forEach((project) -> all.addAll(project.all()));
		return all;
	}

	// Return the status of a project's export, of its logs and experiments. The project
	// may have had no span yet.
	public ExportStatus status(String key) {
		ExportStatus unused = this.closed ? ExportStatus.UNUSED.closed(0, 0) : ExportStatus.UNUSED;
		ProjectInboxes project = this.projects.get(key);
		return (project != null) ? project.status(unused) : unused;
	}

	ExportWorker worker() {
		ExportWorker worker = this.worker;
		return (worker != null) ? worker : start();
	}

	private synchronized ExportWorker start() {
		ExportWorker worker = this.worker;
		if (worker == null) {
			worker = this.creator.get();
			this.worker = worker;
		}
		return worker;
	}

	// Send all spans of all projects that were added before, and wait for them.
	public boolean flush(Duration timeout) {
		return flush(all(), timeout);
	}

	// Flush a paced queue alone. For any other queue, flush all queues of its project.
	boolean flush(SpanInbox inbox, ProjectInboxes project, Duration timeout) {
		return flush(inbox.isPaced() ? List.of(inbox) : project.all(), timeout);
	}

	private boolean flush(Collection<SpanInbox> inboxes, Duration timeout) {
		ExportWorker worker = this.worker;
		if (worker == null || inboxes.stream().allMatch((inbox) -> inbox.status().queued() == 0)) {
			return true;
		}
		return await(worker, worker.flush(inboxes), timeout);
	}

	// Wait for a flush and for its log messages.
	private static boolean await(ExportWorker worker, CompletableFuture<Boolean> accepted, Duration timeout) {
		long nanos = TimeUnit.NANOSECONDS.convert(timeout);
		long end = System.nanoTime() + nanos;
		try {
			return accepted.get(nanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
		finally {
			accepted.complete(false);
			worker.awaitLog(Duration.ofNanos(end - System.nanoTime()));
		}
	}

	// Close within the shutdown timeout.
	@Override
	public void close() {
		close(this.shutdownTimeout);
	}

	// Flush, then drop unsent spans and release all threads.
	public void close(Duration timeout) {
		boolean interrupted = flushUninterrupted(timeout);
		try {
			ExportWorker worker = closing();
			if (worker != null) {
				worker.close(all());
			}
			else {
				all().forEach(SpanInbox::end);
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private synchronized @Nullable ExportWorker closing() {
		this.closed = true;
		return this.worker;
	}

	// An interrupt hurries a thread that closes the context, but must not lose spans.
	// Return whether the thread was interrupted.
	private boolean flushUninterrupted(Duration timeout) {
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		boolean interrupted = Thread.interrupted();
		long left = deadline - System.nanoTime();
		while (!flush(Duration.ofNanos(Math.max(0, left))) && left > 0 && Thread.interrupted()) {
			interrupted = true;
			left = deadline - System.nanoTime();
		}
		return Thread.interrupted() || interrupted;
	}

}
