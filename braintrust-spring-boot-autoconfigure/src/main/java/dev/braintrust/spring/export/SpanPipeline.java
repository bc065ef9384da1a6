package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
 * Sends the spans of all projects: a bounded queue a project, one worker for all of them.
 * <p>
 * A span that ends is left in the inbox of its project, which takes no lock and neither
 * waits nor fails. The worker collects what a queue holds every second, or earlier if a
 * queue has a full batch or a flush is asked for, and sends it without waiting for the
 * answer, so a project whose endpoint hangs delays no other. One request of a project is
 * under way at a time. What may pass (a network error, a server or gateway that fails or
 * is overloaded) is repeated with growing pauses, other refusals are final. All that
 * works comes into being with the first span.
 */
public final class SpanPipeline implements AutoCloseable {

	private final Map<String, SpanInbox> inboxes = new ConcurrentHashMap<>();

	// Those of spans that go elsewhere than to the logs of their project.
	private final Set<SpanInbox> others = ConcurrentHashMap.newKeySet();

	// What became of the spans of such inboxes that are over, by project.
	private final Map<String, ExportStatus> past = new HashMap<>(0);

	private final QueueLimits limits;

	private final MemoryBudget memory;

	private final Supplier<ExportWorker> creator;

	private final Duration shutdownTimeout;

	private volatile @Nullable ExportWorker worker;

	private volatile boolean closed;

	public SpanPipeline(QueueLimits limits, Duration shutdownTimeout, HttpClients clients) {
		this.limits = limits;
		this.memory = new MemoryBudget(limits.maxBytes());
		this.creator = () -> new ExportWorker(SpanTransport.over(clients), Pace.closingIn(shutdownTimeout), limits,
				this.memory);
		this.shutdownTimeout = shutdownTimeout;
	}

	SpanPipeline(SpanTransport transport, Pace pace, QueueLimits limits) {
		this.limits = limits;
		this.memory = new MemoryBudget(limits.maxBytes());
		this.creator = () -> new ExportWorker(transport, pace, limits, this.memory);
		this.shutdownTimeout = pace.closeTimeout();
	}

	// What all projects hold until it is sent.
	public MemoryBudget memory() {
		return this.memory;
	}

	public SpanSink open(ProjectSettings settings, SpanReader reader) {
		SpanInbox inbox = new SpanInbox(settings, reader, this, null, false);
		this.inboxes.put(settings.key(), inbox);
		if (this.closed) {
			inbox.end();
		}
		return inbox;
	}

	// Open a queue for spans of a project that have another parent. It is paced if
	// whoever adds them waits for room.
	public SpanSink open(ProjectSettings settings, SpanReader reader, String parent, boolean paced) {
		SpanInbox inbox = new SpanInbox(settings, reader, this, parent, paced);
		this.others.add(inbox);
		if (this.closed) {
			inbox.end();
		}
		return inbox;
	}

	// Close such a queue.
	void close(SpanInbox inbox) {
		ExportWorker worker = this.worker;
		if (worker == null || this.closed) {
			inbox.end();
			ended(inbox);
		}
		else {
			worker.end(inbox, () -> ended(inbox));
		}
	}

	// Until here a close of the pipeline ends it too.
	private void ended(SpanInbox inbox) {
		synchronized (this.past) {
			if (this.others.remove(inbox)) {
				this.past.merge(inbox.settings().key(), inbox.status(), ExportStatus::plus);
			}
		}
	}

	// A quarter of all that may wait, so that the rest is for what is logged meanwhile.
	// Experiments that run at the same time share it.
	boolean hasRoom(ExportStatus status) {
		long sharing = Math.max(1, this.others.stream().filter(SpanInbox::isRunning).count());
		return status.queuedBytes() * sharing < this.limits.maxBytes() / 4
				&& status.queued() * sharing < this.limits.maxSpans() / 4;
	}

	private List<SpanInbox> all() {
		List<SpanInbox> all = new ArrayList<>(this.inboxes.values());
		all.addAll(this.others);
		return all;
	}

	// How the export of a project goes, whether it has had a span or not: of its logs and
	// of its experiments.
	public ExportStatus status(String key) {
		SpanInbox inbox = this.inboxes.get(key);
		ExportStatus status = (inbox != null) ? inbox.status()
				: this.closed ? ExportStatus.UNUSED.closed(0, 0) : ExportStatus.UNUSED;
		synchronized (this.past) {
			for (SpanInbox other : this.others) {
				status = other.settings().key().equals(key) ? status.plus(other.status()) : status;
			}
			return status.plus(this.past.getOrDefault(key, ExportStatus.UNUSED));
		}
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

	// Send what has been added so far, of all projects at once, and wait for it.
	public boolean flush(Duration timeout) {
		return flush(all(), timeout);
	}

	// Flush a queue and, with that of a project, all that are its own.
	boolean flush(SpanInbox inbox, Duration timeout) {
		String key = inbox.settings().key();
		return flush(inbox.isPaced() ? List.of(inbox)
				: all().stream().filter((other) -> other.settings().key().equals(key)).toList(), timeout);
	}

	private boolean flush(Collection<SpanInbox> inboxes, Duration timeout) {
		ExportWorker worker = this.worker;
		if (worker == null || inboxes.stream().allMatch((inbox) -> inbox.status().queued() == 0)) {
			return true;
		}
		return await(worker, worker.flush(inboxes), timeout);
	}

	// Wait for a flush and for what is logged of it.
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

	// Close within the time for that.
	@Override
	public void close() {
		close(this.shutdownTimeout);
	}

	// Flush, then give up what is left and release all threads.
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

	// A thread that closes the context may be interrupted to hurry it, not to lose spans.
	// Returns whether it was.
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
