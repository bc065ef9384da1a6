package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of all projects: a bounded queue a project, one worker for all of them.
 * <p>
 * A span that ends is added to the queue of its project on the thread of the caller,
 * which costs a short lock and neither waits nor fails. The worker collects what a queue
 * holds every second, or earlier where a queue has a full batch or a flush is asked for,
 * and sends it without waiting for the answer, so a project whose endpoint hangs delays
 * no other. One request of a project is under way at a time. What may pass (a network
 * error, the statuses 429, 502, 503 and 504) is repeated with growing pauses, other
 * refusals are final. The worker and its connections come into being with the first span.
 */
public final class SpanPipeline implements AutoCloseable {

	static final int QUEUE_SIZE = 4096;

	static final int BATCH_SIZE = 512;

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final long MAX_PAUSE = TimeUnit.SECONDS.toNanos(30);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);

	private final SpanTransport transport;

	private final ExportLog log = new ExportLog();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition work = this.lock.newCondition();

	private final Condition settled = this.lock.newCondition();

	private final List<SpanQueue> queues = new ArrayList<>();

	private @Nullable Thread worker;

	private boolean closed;

	public SpanPipeline() {
		this(new HttpSpanTransport());
	}

	SpanPipeline(SpanTransport transport) {
		this.transport = transport;
	}

	/**
	 * Make the processor that takes the spans of a project. Shutting the processor down
	 * has no effect on the pipeline.
	 * @param settings the settings of the project, with an API key
	 * @return the processor
	 */
	public SpanProcessor processor(ProjectSettings settings) {
		SpanQueue queue = new SpanQueue(new ExportTarget(settings));
		this.lock.lock();
		try {
			this.queues.add(queue);
		}
		finally {
			this.lock.unlock();
		}
		return new QueueingSpanProcessor((span) -> add(queue, span));
	}

	private void add(SpanQueue queue, ReadableSpan span) {
		boolean rejected;
		this.lock.lock();
		try {
			rejected = this.closed || queue.size() >= QUEUE_SIZE;
			if (rejected) {
				queue.reject();
			}
			else {
				queue.add(span, System.nanoTime() + INTERVAL);
				if (this.worker == null) {
					this.worker = startWorker();
				}
				else if (queue.size() == 1 || queue.size() == BATCH_SIZE) {
					this.work.signal();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		if (rejected) {
			this.log.rejected(queue.target(), this.closed);
		}
	}

	private Thread startWorker() {
		Thread thread = new Thread(this::work, "braintrust-export");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private void work() {
		SpanEncoder encoder = new SpanEncoder();
		for (Map<SpanQueue, List<SpanData>> due = await(); !due.isEmpty(); due = await()) {
			due.forEach((queue, spans) -> send(queue, spans, encoder));
		}
	}

	/**
	 * Wait until something is to be sent.
	 * @return what is to be sent, empty if nothing ever will
	 */
	private Map<SpanQueue, List<SpanData>> await() {
		this.lock.lock();
		try {
			while (!this.closed) {
				Map<SpanQueue, List<SpanData>> due = new LinkedHashMap<>();
				long wait = Long.MAX_VALUE;
				long now = System.nanoTime();
				for (SpanQueue queue : this.queues) {
					long delay = queue.delay(now, BATCH_SIZE);
					if (delay == 0) {
						due.put(queue, queue.take(BATCH_SIZE));
					}
					wait = Math.min(wait, delay);
				}
				if (!due.isEmpty()) {
					return due;
				}
				this.work.awaitNanos(wait);
			}
		}
		catch (InterruptedException ex) {
			// Nobody but the end of the process interrupts this thread.
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
		return Map.of();
	}

	private void send(SpanQueue queue, List<SpanData> spans, SpanEncoder encoder) {
		try {
			this.transport.send(queue.target(), encoder.encode(spans))
				.whenComplete((status, failure) -> answered(queue, status, failure));
		}
		catch (RuntimeException | Error ex) {
			settle(queue, false);
			this.log.failed(queue.target(), ex);
		}
	}

	private void answered(SpanQueue queue, @Nullable Integer status, @Nullable Throwable failure) {
		if (status != null && status >= 200 && status < 300) {
			settle(queue, true);
			this.log.accepted(queue.target());
		}
		else if (status == null || PASSING.contains(status)) {
			retry(queue);
			this.log.retrying(queue.target(), status, failure);
		}
		else {
			settle(queue, false);
			this.log.refused(queue.target(), status);
		}
	}

	private void settle(SpanQueue queue, boolean accepted) {
		this.lock.lock();
		try {
			queue.settle(accepted, System.nanoTime() + INTERVAL);
			this.settled.signalAll();
			this.work.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void retry(SpanQueue queue) {
		this.lock.lock();
		try {
			long pause = Math.min(MAX_PAUSE, INTERVAL << Math.min(queue.attempts() - 1, 5));
			queue.retry(System.nanoTime() + ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
			this.work.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Send what has been added so far, and wait for it.
	 * @param timeout how long to wait at the most
	 * @return whether all of it was accepted in time
	 */
	public boolean flush(Duration timeout) {
		long remaining = timeout.toNanos();
		this.lock.lock();
		try {
			Map<SpanQueue, Long> goals = new LinkedHashMap<>();
			long lost = lost();
			for (SpanQueue queue : this.queues) {
				queue.hurry();
				goals.put(queue, queue.added());
			}
			this.work.signal();
			while (!goals.entrySet().stream().allMatch((goal) -> goal.getKey().isSettled(goal.getValue()))) {
				if (remaining <= 0) {
					return false;
				}
				remaining = this.settled.awaitNanos(remaining);
			}
			return lost() == lost;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private long lost() {
		return this.queues.stream().mapToLong(SpanQueue::lost).sum();
	}

	/**
	 * Flush for at most ten seconds, then give up what is left and release all threads.
	 */
	@Override
	public void close() {
		if (this.worker != null) {
			flush(CLOSE_TIMEOUT);
		}
		Map<ExportTarget, Integer> abandoned = new LinkedHashMap<>();
		this.lock.lock();
		try {
			this.closed = true;
			for (SpanQueue queue : this.queues) {
				if (!queue.isIdle()) {
					abandoned.put(queue.target(), queue.abandon());
				}
			}
			this.work.signal();
			this.settled.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.transport.close();
		abandoned.forEach(this.log::abandoned);
	}

}
