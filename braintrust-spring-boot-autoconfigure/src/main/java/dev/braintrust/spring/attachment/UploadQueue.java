package dev.braintrust.spring.attachment;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.braintrust.spring.attachment.AttachmentStatus.State;
import dev.braintrust.spring.attachment.UploadFailure.Step;
import org.jspecify.annotations.Nullable;

/**
 * The uploads of one project, one after another. Its lock is held for short steps only,
 * never while something is sent.
 */
final class UploadQueue {

	// As many attempts in a row are no accident.
	private static final int FAILURES_OF_AN_OUTAGE = 3;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition settled = this.lock.newCondition();

	private final Queue<Upload> waiting = new ArrayDeque<>();

	private final Map<String, Long> failed = new TreeMap<>();

	private final UploadTarget target;

	private final Supplier<UploadSteps> steps;

	private final UploadPace pace;

	private final UploadLog log;

	private final BiConsumer<Upload, Boolean> ended;

	private @Nullable Upload current;

	private boolean starting;

	private long added;

	private long ends;

	private long uploaded;

	private long uploadedBytes;

	private int failures;

	// What has been refused in a row, by the storage or where it is reported.
	private int refusals;

	private long nextTrialAt = System.nanoTime();

	private boolean closed;

	UploadQueue(UploadTarget target, Supplier<UploadSteps> steps, UploadPace pace, UploadLog log,
			BiConsumer<Upload, Boolean> ended) {
		this.target = target;
		this.steps = steps;
		this.pace = pace;
		this.log = log;
		this.ended = ended;
	}

	/**
	 * Whether an upload may be added. Where uploads have failed, none is, but one from
	 * time to time that tries.
	 * @return whether it may
	 */
	boolean isAvailable() {
		this.lock.lock();
		try {
			boolean trial = this.current == null && this.waiting.isEmpty() && System.nanoTime() - this.nextTrialAt >= 0;
			return !this.closed && (this.failures < FAILURES_OF_AN_OUTAGE || trial);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether an upload is to be added now. Where uploads have failed, that is the one
	 * that tries, and no other until the next pause is over.
	 * @return whether it is
	 */
	boolean admits() {
		this.lock.lock();
		try {
			boolean available = isAvailable();
			if (available && this.failures >= FAILURES_OF_AN_OUTAGE) {
				this.nextTrialAt = System.nanoTime() + this.pace.downPause().toNanos();
			}
			return available;
		}
		finally {
			this.lock.unlock();
		}
	}

	void add(Upload upload) {
		boolean late;
		this.lock.lock();
		try {
			late = this.closed;
			this.added++;
			if (late) {
				this.ends++;
				count(Step.CLOSED);
			}
			else {
				this.waiting.add(upload);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (late) {
			this.ended.accept(upload, false);
		}
		else {
			next();
		}
	}

	// Those that fail at once follow one another here, not each within the end of the one
	// before.
	private void next() {
		this.lock.lock();
		try {
			if (this.starting) {
				return;
			}
			this.starting = true;
		}
		finally {
			this.lock.unlock();
		}
		for (Upload upload = take(); upload != null; upload = take()) {
			start(upload);
		}
	}

	private @Nullable Upload take() {
		this.lock.lock();
		try {
			Upload upload = (this.current == null) ? this.waiting.poll() : null;
			this.current = (upload != null) ? upload : this.current;
			this.starting = upload != null;
			return upload;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void start(Upload upload) {
		try {
			this.steps.get()
				.run(this.target, upload, this::attemptFailed)
				.whenComplete((done, failure) -> ended(upload, failure));
		}
		catch (RuntimeException | Error ex) {
			ended(upload, ex);
		}
	}

	private void attemptFailed() {
		this.lock.lock();
		try {
			this.failures++;
			if (this.failures != FAILURES_OF_AN_OUTAGE) {
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		this.log.down();
	}

	private void ended(Upload upload, @Nullable Throwable failure) {
		UploadFailure cause = (failure != null) ? cause(failure) : null;
		boolean outage = false;
		this.lock.lock();
		try {
			if (this.current != upload) {
				return;
			}
			this.current = null;
			if (cause == null) {
				this.failures = 0;
				this.refusals = 0;
				this.uploaded++;
				this.uploadedBytes += upload.size();
			}
			else {
				outage = failed(cause);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (cause == null) {
			this.log.uploaded();
		}
		else {
			this.log.failed(cause);
			if (outage) {
				this.log.down();
			}
		}
		// What is settled is over for those who wait for it.
		this.ended.accept(upload, cause == null || cause.step() == Step.STATUS);
		settle();
		next();
	}

	private boolean failed(UploadFailure cause) {
		count(cause.step());
		boolean late = cause.step() == Step.STORAGE || cause.step() == Step.STATUS;
		if (late && !cause.isUnreadable()) {
			this.refusals++;
		}
		// A storage that refuses one after another will refuse the next.
		boolean outage = cause.isGeneral() || this.refusals >= FAILURES_OF_AN_OUTAGE;
		if (outage) {
			this.failures = Math.max(this.failures, FAILURES_OF_AN_OUTAGE);
			this.nextTrialAt = System.nanoTime() + this.pace.downPause().toNanos();
		}
		else if (cause.step() != Step.CLOSED) {
			// The API has answered.
			this.failures = 0;
		}
		return outage;
	}

	private void count(Step step) {
		this.failed.merge(step.name().toLowerCase(Locale.ROOT), 1L, Long::sum);
	}

	private void settle() {
		this.lock.lock();
		try {
			this.ends++;
			this.settled.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static UploadFailure cause(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof UploadFailure known) ? known
				: new UploadFailure(Step.STORAGE, cause.getClass().getSimpleName(), false);
	}

	/**
	 * Wait for the uploads that have been added so far.
	 * @param timeout how long to wait at the most
	 * @return whether all of them ended in time, well or not
	 */
	boolean flush(Duration timeout) {
		long remaining = TimeUnit.NANOSECONDS.convert(timeout);
		this.lock.lock();
		try {
			long upTo = this.added;
			while (this.ends < upTo) {
				if (remaining <= 0) {
					return false;
				}
				remaining = this.settled.awaitNanos(remaining);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The number of uploads that have failed for good.
	 * @return the number so far
	 */
	long failures() {
		this.lock.lock();
		try {
			return this.failed.values().stream().mapToLong(Long::longValue).sum();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give up what is left, and take nothing from now on.
	 */
	void close() {
		Queue<Upload> left = new ArrayDeque<>();
		this.lock.lock();
		try {
			this.closed = true;
			if (this.current != null) {
				left.add(this.current);
				this.current = null;
			}
			left.addAll(this.waiting);
			this.waiting.clear();
			left.forEach((upload) -> count(Step.CLOSED));
			this.ends += left.size();
			this.settled.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		left.forEach((upload) -> this.ended.accept(upload, false));
		if (!left.isEmpty()) {
			this.log.abandoned(left.size());
		}
	}

	/**
	 * How it goes.
	 * @param refused what was not taken
	 * @param heldBytes what is held in memory
	 * @return the status
	 */
	AttachmentStatus status(Map<String, Long> refused, long heldBytes) {
		this.lock.lock();
		try {
			int waiting = this.waiting.size() + ((this.current != null) ? 1 : 0);
			boolean failing = this.failures >= FAILURES_OF_AN_OUTAGE;
			return new AttachmentStatus(failing ? State.UNAVAILABLE : State.AVAILABLE, this.uploaded,
					this.uploadedBytes, this.failed, refused, waiting, heldBytes);
		}
		finally {
			this.lock.unlock();
		}
	}

}
