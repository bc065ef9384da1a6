package dev.braintrust.spring.upload;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import dev.braintrust.spring.upload.AttachmentStatus.State;
import dev.braintrust.spring.upload.ContentDigests.Digest;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;

/**
 * The uploads of one project, one after another. Bytes that are stored already are not
 * uploaded again. An upload lives as long as a span waits for it. The lock is held for
 * short steps only.
 */
final class UploadQueue {

	private static final int MAX_KNOWN = 4096;

	// This many failures in a row are no coincidence.
	private static final int FAILURES_OF_AN_OUTAGE = 3;

	private final Map<String, Upload> uploads = new LinkedHashMap<>(16, 0.75f, true);

	private final Queue<Upload> waiting = new ArrayDeque<>();

	private final Map<String, Long> failed = new TreeMap<>();

	private final Function<Upload, CompletableFuture<?>> uploader;

	private final Executor executor;

	private final UploadLog log;

	private @Nullable Upload current;

	private long uploaded;

	private long uploadedBytes;

	private int failures;

	private boolean closed;

	UploadQueue(Function<Upload, CompletableFuture<?>> uploader, Executor executor, UploadLog log) {
		this.uploader = uploader;
		this.executor = executor;
		this.log = log;
	}

	// Return the upload of bytes that are in the storage, or null.
	synchronized @Nullable Upload stored(String hash) {
		Upload upload = this.uploads.get(hash);
		return (upload != null && upload.isStored()) ? upload : null;
	}

	// Upload the bytes of a delivery, unless the same bytes are stored or on their way.
	// The result tells whether they are in the storage.
	CompletableFuture<Boolean> add(Delivery delivery, Digest digest, Runnable hold) {
		Upload upload;
		boolean created = false;
		synchronized (this) {
			upload = this.uploads.get(digest.hash());
			if (upload == null && this.closed) {
				this.failed.merge(Step.CLOSED.tag(), 1L, Long::sum);
				hold.run();
				return CompletableFuture.completedFuture(false);
			}
			if (upload == null) {
				created = true;
				upload = new Upload(digest, delivery.attachment(), hold);
				this.uploads.put(upload.hash(), upload);
				this.waiting.add(upload);
				if (this.uploads.size() > MAX_KNOWN) {
					this.uploads.remove(this.uploads.keySet().iterator().next());
				}
			}
			upload.join();
		}
		Upload joined = upload;
		CompletableFuture<Boolean> ended = delivery.upload(joined);
		ended.whenComplete((stored, failure) -> leave(joined, delivery.isReleased()));
		if (created) {
			next();
		}
		else {
			hold.run();
		}
		return ended;
	}

	// Cancel an upload when the last span stops waiting, unless the bytes are stored. A
	// lost span says nothing about the storage, and neither does a single upload that is
	// too slow. But a login that is too slow delays all uploads.
	private void leave(Upload upload, boolean lost) {
		UploadFailure failure = lost ? UploadFailure.unwanted(upload.step())
				: new UploadFailure(upload.step(), "not in time", upload.step() == Step.LOGIN);
		boolean outage;
		synchronized (this) {
			if (!upload.leave() || upload.isStored() || !upload.end()) {
				return;
			}
			outage = remove(upload, failure);
		}
		ended(upload, failure, outage);
	}

	// Start each upload as a task, not at the end of the upload before: uploads that fail
	// immediately would pile up on the stack.
	private void next() {
		try {
			this.executor.execute(this::start);
		}
		catch (RuntimeException ex) {
			// The queue is closed, and no span is waiting.
		}
	}

	private void start() {
		Upload upload;
		synchronized (this) {
			upload = (this.current == null) ? this.waiting.poll() : null;
			if (upload == null) {
				return;
			}
			this.current = upload;
		}
		try {
			this.uploader.apply(upload)
				.whenComplete((done, failure) -> end(upload, (failure != null) ? UploadFailure.of(failure) : null));
		}
		catch (RuntimeException | Error ex) {
			end(upload, UploadFailure.of(ex));
		}
	}

	private void end(Upload upload, @Nullable UploadFailure failure) {
		boolean outage;
		synchronized (this) {
			if (!upload.end()) {
				return;
			}
			outage = remove(upload, failure);
		}
		ended(upload, failure, outage);
	}

	// The next span with the same bytes starts a new upload instead of joining a
	// cancelled one.
	private boolean remove(Upload upload, @Nullable UploadFailure failure) {
		this.waiting.remove(upload);
		this.current = (this.current == upload) ? null : this.current;
		if (!upload.isStored()) {
			this.uploads.remove(upload.hash(), upload);
		}
		return count(upload, failure);
	}

	private void ended(Upload upload, @Nullable UploadFailure failure, boolean outage) {
		upload.giveUp();
		upload.release();
		try {
			log(failure, outage);
		}
		finally {
			upload.ended().complete(upload.isStored());
			next();
		}
	}

	private boolean count(Upload upload, @Nullable UploadFailure failure) {
		if (failure == null) {
			this.failures = 0;
			this.uploaded++;
			this.uploadedBytes += upload.size();
			return false;
		}
		if (failure.isUnwanted()) {
			return false;
		}
		this.failed.merge(failure.step().tag(), 1L, Long::sum);
		if (failure.isUnreadable() || failure.step() == Step.CLOSED || failure.step() == Step.WAIT) {
			return false;
		}
		this.failures = failure.isGeneral() ? FAILURES_OF_AN_OUTAGE : this.failures + 1;
		return isOutage();
	}

	private boolean isOutage() {
		return this.failures >= FAILURES_OF_AN_OUTAGE;
	}

	private void log(@Nullable UploadFailure failure, boolean outage) {
		if (failure == null) {
			this.log.uploaded();
		}
		else if (failure.step() != Step.CLOSED && !failure.isUnwanted()) {
			this.log.failed(failure);
			if (outage) {
				this.log.down();
			}
		}
	}

	// The number of uploads that have failed for good.
	synchronized long failures() {
		return this.failed.values().stream().mapToLong(Long::longValue).sum();
	}

	// Cancel the uploads that have not arrived, and accept no more.
	void close() {
		List<Upload> left = new ArrayList<>();
		synchronized (this) {
			this.closed = true;
			left.addAll(this.waiting);
			if (this.current != null && !this.current.isStored()) {
				left.add(this.current);
			}
		}
		if (!left.isEmpty()) {
			this.log.abandoned(left.size());
		}
		left.forEach((upload) -> end(upload, new UploadFailure(Step.CLOSED, "given up", false)));
	}

	synchronized AttachmentStatus status(Map<String, Long> refused, long heldBytes) {
		int waiting = this.waiting.size() + ((this.current != null) ? 1 : 0);
		return new AttachmentStatus(isOutage() ? State.UNAVAILABLE : State.AVAILABLE, this.uploaded, this.uploadedBytes,
				this.failed, refused, waiting, heldBytes);
	}

}
