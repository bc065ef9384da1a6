package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.braintrust.spring.upload.AttachmentStatus.State;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;

/**
 * The uploads of one project, one after another. Its lock is held for short steps only,
 * never while something is sent.
 */
final class UploadQueue {

	private final Queue<Upload> waiting = new ArrayDeque<>();

	private final UploadCounts counts = new UploadCounts();

	private final UploadProgress progress = new UploadProgress();

	private final UploadTarget target;

	private final Supplier<UploadSteps> steps;

	private final UploadOutage outage;

	private final UploadLog log;

	private final BiConsumer<Upload, Boolean> ended;

	private @Nullable Upload current;

	// Admitted while there is an outage, and not added yet.
	private @Nullable Upload trial;

	private CompletableFuture<Void> run = CompletableFuture.completedFuture(null);

	private boolean starting;

	private boolean closed;

	UploadQueue(UploadTarget target, Supplier<UploadSteps> steps, UploadPace pace, UploadLog log,
			BiConsumer<Upload, Boolean> ended) {
		this.target = target;
		this.steps = steps;
		this.outage = new UploadOutage(pace.downPause());
		this.log = log;
		this.ended = ended;
	}

	// Whether an upload may be added. Where uploads have failed, none is, but one from
	// time to time that tries.
	synchronized boolean isAvailable() {
		return !this.closed && this.outage.permits(this.current == null && this.waiting.isEmpty());
	}

	// Whether an upload is to be added now. Where uploads have failed, that is the one
	// that tries, and no other until the next pause is over.
	synchronized boolean admits(Upload upload) {
		boolean available = isAvailable();
		if (available && this.outage.isOn()) {
			this.outage.tried();
			this.trial = upload;
		}
		return available;
	}

	// An upload is not added after all. Where it was the one that tries, the next one
	// does.
	synchronized void withdrawn(Upload upload) {
		if (this.trial == upload) {
			this.trial = null;
			this.outage.notTried();
		}
	}

	void add(Upload upload) {
		this.progress.added();
		if (offer(upload)) {
			next();
		}
		else {
			this.counts.failed(Step.CLOSED);
			this.ended.accept(upload, false);
			this.progress.ended(1);
		}
	}

	private synchronized boolean offer(Upload upload) {
		this.trial = (this.trial == upload) ? null : this.trial;
		return !this.closed && this.waiting.add(upload);
	}

	// Those that fail at once follow one another here, not each within the end of the one
	// before.
	private void next() {
		if (!begin()) {
			return;
		}
		for (Upload upload = take(); upload != null; upload = take()) {
			start(upload);
		}
	}

	private synchronized boolean begin() {
		boolean first = !this.starting;
		this.starting = true;
		return first;
	}

	private synchronized @Nullable Upload take() {
		Upload upload = (this.current == null) ? this.waiting.poll() : null;
		this.starting = upload != null;
		if (upload != null) {
			this.current = upload;
			// Who closes the queue waits for it from now on.
			this.run = new CompletableFuture<>();
		}
		return upload;
	}

	private void start(Upload upload) {
		CompletableFuture<Void> run = run();
		try {
			this.steps.get().run(this.target, upload, this::attemptFailed).whenComplete((done, failure) -> {
				ended(upload, failure);
				run.complete(null);
			});
		}
		catch (RuntimeException | Error ex) {
			ended(upload, ex);
			run.complete(null);
		}
	}

	private synchronized CompletableFuture<Void> run() {
		return this.run;
	}

	private void attemptFailed() {
		if (this.outage.attemptFailed()) {
			this.log.down();
		}
	}

	private void ended(Upload upload, @Nullable Throwable failure) {
		UploadFailure cause = (failure != null) ? UploadFailure.of(failure) : null;
		boolean outage = false;
		synchronized (this) {
			if (this.current != upload) {
				return;
			}
			this.current = null;
			if (cause == null) {
				this.outage.uploaded();
				this.counts.uploaded(upload.size());
			}
			else {
				outage = this.outage.failed(cause);
				this.counts.failed(cause.step());
			}
		}
		try {
			log(cause, outage);
		}
		finally {
			// What is settled is over for those who wait for it.
			this.ended.accept(upload, cause == null || cause.step() == Step.STATUS);
			this.progress.ended(1);
			next();
		}
	}

	private void log(@Nullable UploadFailure cause, boolean outage) {
		if (cause == null) {
			this.log.uploaded();
			return;
		}
		this.log.failed(cause);
		if (outage) {
			this.log.down();
		}
	}

	// Wait for the uploads that have been added so far.
	boolean flush(Duration timeout) {
		return this.progress.await(timeout);
	}

	// The number of uploads that have failed for good.
	long failures() {
		return this.counts.failures();
	}

	// Give up what is left, and take nothing from now on.
	Left close() {
		CompletableFuture<?> run = CompletableFuture.completedFuture(null);
		List<Upload> left = new ArrayList<>();
		List<String> keys;
		synchronized (this) {
			this.closed = true;
			left.addAll(this.waiting);
			this.waiting.clear();
			keys = left.stream().map(Upload::key).toList();
			if (this.current != null) {
				left.add(this.current);
				run = this.run;
				this.current = null;
			}
			left.forEach((upload) -> this.counts.failed(Step.CLOSED));
		}
		left.forEach((upload) -> this.ended.accept(upload, false));
		this.progress.ended(left.size());
		if (!left.isEmpty()) {
			this.log.abandoned(left.size());
		}
		return new Left(this.target, keys, run);
	}

	// How it goes.
	synchronized AttachmentStatus status(Map<String, Long> refused, long heldBytes) {
		int waiting = this.waiting.size() + ((this.current != null) ? 1 : 0);
		return this.counts.status(this.outage.isOn() ? State.UNAVAILABLE : State.AVAILABLE, refused, waiting,
				heldBytes);
	}

	// What was given up when the application context closed.
	record Left(UploadTarget target, List<String> keys, CompletableFuture<?> run) {
	}

}
