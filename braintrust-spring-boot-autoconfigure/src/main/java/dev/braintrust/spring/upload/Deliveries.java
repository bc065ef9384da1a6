package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the attachments of one project while their spans wait: looks at them, hashes
 * and uploads them or, if uploads are off or fail, reads them to record them as base64.
 */
final class Deliveries {

	private static final long READING_NANOS = TimeUnit.SECONDS.toNanos(2);

	private final Set<CompletableFuture<?>> waiting = ConcurrentHashMap.newKeySet();

	private final Set<Delivery> deliveries = ConcurrentHashMap.newKeySet();

	private final AtomicLong changes = new AtomicLong();

	private final ProjectAttachments project;

	private final ProjectSettings.Attachments settings;

	private final ContentDigests digests;

	private final SourceReads.OfProject reads;

	private final ScheduledExecutorService clock;

	private final @Nullable UploadQueue queue;

	private volatile boolean closed;

	Deliveries(ProjectAttachments project, ProjectSettings.Attachments settings, AttachmentUploads.Parts parts,
			SourceReads.OfProject reads, @Nullable UploadQueue queue) {
		this.project = project;
		this.settings = settings;
		this.digests = parts.digests();
		this.reads = reads;
		this.clock = parts.clock();
		this.queue = queue;
	}

	// Deliver the attachments of a span in the background, then resume the span.
	// Uploads may take until a time of System.nanoTime(), and reading files instead two
	// seconds more.
	void await(List<Delivery> span, long until, Runnable resume) {
		CompletableFuture<?> all = CompletableFuture
			.allOf(span.stream().map(Delivery::round).toArray(CompletableFuture[]::new));
		CompletableFuture<?> resumed = all.thenRun(resume);
		this.waiting.add(resumed);
		this.changes.incrementAndGet();
		resumed.whenComplete((done, failure) -> {
			this.changes.incrementAndGet();
			this.waiting.remove(resumed);
		});
		this.deliveries.addAll(span);
		all.whenComplete((done, failure) -> span.forEach(this.deliveries::remove));
		try {
			long left = until - System.nanoTime();
			schedule(all, () -> span.forEach(Delivery::expire), left);
			// A file that was not uploaded in time is read instead.
			schedule(all, () -> span.forEach(Delivery::end), left + READING_NANOS);
			this.clock.execute(() -> span.forEach(this::deliver));
		}
		catch (RuntimeException | Error ex) {
			// It is closed, or no thread can be started.
			span.forEach(Delivery::end);
		}
		if (this.closed) {
			span.forEach(Delivery::end);
		}
	}

	private void schedule(CompletableFuture<?> unless, Runnable task, long nanos) {
		Future<?> scheduled = this.clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
		unless.whenComplete((done, failure) -> scheduled.cancel(false));
	}

	private void deliver(Delivery delivery) {
		CompletableFuture<?> looked = delivery.isLooked() ? CompletableFuture.completedFuture(null)
				: read(delivery, () -> {
					delivery.look();
					return delivery;
				});
		looked.thenCompose((done) -> form(delivery)).whenComplete((done, failure) -> {
			if (failure != null) {
				this.project.refuse(delivery, Refusal.UNREADABLE);
			}
			delivery.end();
		});
	}

	private CompletableFuture<?> form(Delivery delivery) {
		CompletableFuture<?> done = CompletableFuture.completedFuture(null);
		if (delivery.isLookOnly() || delivery.round().isDone()) {
			return done;
		}
		if (this.settings.mode() != AttachmentsMode.NONE && !this.project.isTooLarge(delivery, delivery.size())) {
			done = (this.queue != null) ? upload(this.queue, delivery) : bytes(delivery);
		}
		return done.thenRun(delivery::complete);
	}

	// Upload an attachment. If that fails, read it to record it as base64.
	private CompletableFuture<?> upload(UploadQueue queue, Delivery delivery) {
		return read(delivery, () -> this.digests.of(delivery.attachment(), this.settings.maxSize()))
			.thenCompose((digest) -> {
				if (this.project.isTooLarge(delivery, digest.size())) {
					return CompletableFuture.completedFuture(true);
				}
				Runnable hold = this.project.hold(delivery.attachment());
				if (hold == null) {
					delivery.refuse(Refusal.TOO_MUCH_WAITING);
					return CompletableFuture.completedFuture(true);
				}
				return queue.add(delivery, digest, hold);
			})
			.thenCompose((ended) -> ended ? CompletableFuture.completedFuture(null) : bytes(delivery));
	}

	private CompletableFuture<?> bytes(Delivery delivery) {
		if (!delivery.mayBeRead()) {
			return CompletableFuture.completedFuture(null);
		}
		return read(delivery, delivery::read).thenAccept((bytes) -> {
			if (!this.project.isTooLarge(delivery, bytes.length) && !delivery.isCut()) {
				Runnable hold = this.project.hold(Attachments.of(bytes));
				if (hold != null) {
					delivery.keep(bytes, hold);
				}
				else {
					delivery.refuse(Refusal.TOO_MUCH_WAITING);
				}
			}
		});
	}

	// Read bytes in memory directly. Any other read may hang, and is cancelled when the
	// span stops waiting.
	private <T> CompletableFuture<T> read(Delivery delivery, Callable<T> work) {
		if (delivery.isInMemory()) {
			try {
				return CompletableFuture.completedFuture(work.call());
			}
			catch (Throwable ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}
		SourceReads.Read<T> read = this.reads.read(work);
		delivery.round().whenComplete((done, failure) -> read.giveUp());
		return read.result();
	}

	// Wait for the spans that are waiting now.
	boolean await(Duration timeout) throws InterruptedException {
		CompletableFuture<?> all = CompletableFuture.allOf(this.waiting.toArray(CompletableFuture[]::new));
		try {
			all.get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException ex) {
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
	}

	// Return how often a span began to wait or was resumed.
	long changes() {
		return this.changes.get();
	}

	boolean isWaiting() {
		return !this.waiting.isEmpty();
	}

	// Resume all spans.
	void close() {
		this.closed = true;
		this.deliveries.forEach(Delivery::end);
	}

}
