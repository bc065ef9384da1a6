package dev.braintrust.spring.upload;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.api.Account;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.ContentDigests.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The attachments of one project: waiting spans, bytes in memory, and uploads. First the
 * bytes, then the reference: a span waits until its uploads have ended, for at most
 * {@code attachments.max-wait}.
 */
public final class ProjectAttachments {

	// Bounds the attachments of files too, which use no bytes of the budget.
	private static final int MAX_HELD = 4096;

	private final ProjectSettings.Attachments settings;

	private final HeldBytes held;

	private final ContentDigests digests;

	private final UploadLog log;

	private final @Nullable UploadQueue queue;

	private final Deliveries deliveries;

	private final Map<String, Long> refused = new TreeMap<>();

	private volatile boolean closed;

	ProjectAttachments(ProjectSettings settings, AttachmentUploads.Parts parts) {
		this.settings = settings.attachments();
		this.held = new HeldBytes(parts.memory().of(settings.key()), this.settings.maxWaitingSize(), MAX_HELD);
		this.digests = parts.digests();
		this.log = new UploadLog(settings.key(), parts.log());
		SourceReads.OfProject reads = parts.reads().ofProject();
		Account account = Account.of(settings);
		// Data for the application's own endpoint stays there, even if the project has an
		// API key.
		boolean uploads = this.settings.mode() == AttachmentsMode.UPLOAD && settings.export().endpoint() == null;
		this.queue = (uploads && account != null) ? new UploadQueue(
				(upload) -> new Uploader(parts.api(), account, reads, upload).upload(), parts.clock(), this.log) : null;
		this.deliveries = new Deliveries(this, this.settings, parts, reads, this.queue);
	}

	// Count the bytes of an attachment in a span, on the caller's thread. Nothing
	// is read.
	public @Nullable Runnable hold(Attachment attachment) {
		HeldBytes.Lease lease = this.held.hold(attachment);
		if (lease == null) {
			refuse(Refusal.TOO_MUCH_WAITING);
			return null;
		}
		return lease::release;
	}

	// Whether attachments are uploaded.
	public boolean isUploading() {
		return this.queue != null;
	}

	// Return how long a span may wait from now on, as a time of System.nanoTime().
	public long waitUntil() {
		return System.nanoTime() + this.settings.maxWait().toNanos();
	}

	public boolean isClosed() {
		return this.closed;
	}

	// Whether an attachment is too large.
	public boolean isTooLarge(Delivery delivery, long size) {
		if (delivery.refusal() == null && size > this.settings.maxSize()) {
			refuse(delivery, Refusal.TOO_LARGE);
		}
		return delivery.refusal() == Refusal.TOO_LARGE;
	}

	// Refuse an attachment, and count it.
	public void refuse(Delivery delivery, Refusal refusal) {
		if (delivery.refusal() == null) {
			delivery.refuse(refusal);
			refuse(refusal);
		}
	}

	private void refuse(Refusal refusal) {
		synchronized (this.refused) {
			this.refused.merge(refusal.tag(), 1L, Long::sum);
		}
		if (refusal != Refusal.UNAVAILABLE) {
			this.log.refused(refusal);
		}
	}

	// Use an earlier upload of the same bytes, if it can be found without reading.
	public void find(Delivery delivery) {
		Digest digest = this.digests.known(delivery.attachment());
		Upload stored = (digest != null && this.queue != null) ? this.queue.stored(digest.hash()) : null;
		if (stored != null) {
			delivery.found(stored);
		}
	}

	// Deliver the attachments of a span in the background, then resume the span.
	// Uploads may take until a time of System.nanoTime(), and reading files instead two
	// seconds more.
	public void await(List<Delivery> span, long until, Runnable resume) {
		this.deliveries.await(span, until, resume);
	}

	Deliveries deliveries() {
		return this.deliveries;
	}

	// The number of uploads that have failed for good.
	public long failures() {
		return (this.queue != null) ? this.queue.failures() : 0;
	}

	// Stop uploading. Attachments that have not arrived become base64.
	void closeUploads() {
		if (this.queue != null) {
			this.queue.close();
		}
	}

	// Resume all spans.
	void close() {
		this.closed = true;
		closeUploads();
		this.deliveries.close();
	}

	public AttachmentStatus status() {
		Map<String, Long> refused;
		synchronized (this.refused) {
			refused = Map.copyOf(this.refused);
		}
		return (this.queue != null) ? this.queue.status(refused, this.held.size())
				: new AttachmentStatus(AttachmentStatus.State.OFF, 0, 0, Map.of(), refused, 0, this.held.size());
	}

}
