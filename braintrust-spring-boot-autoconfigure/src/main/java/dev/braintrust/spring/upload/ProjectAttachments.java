package dev.braintrust.spring.upload;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.Admission.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The attachments of one project: what waits in memory, and what is uploaded. The same
 * bytes are uploaded once, whatever spans carry them.
 */
public final class ProjectAttachments {

	private static final int MAX_KNOWN = 4096;

	// What is in files takes no bytes of the budget.
	private static final int MAX_WAITING = 4096;

	private final ProjectSettings.Attachments settings;

	private final HeldBytes held;

	private final ContentDigests digests;

	private final AttachmentReader reader;

	private final UploadLog log;

	private final @Nullable UploadQueue queue;

	private final Map<String, Upload> uploads = new LinkedHashMap<>(16, 0.75f, true);

	private final Map<String, Long> refused = new TreeMap<>();

	ProjectAttachments(ProjectSettings settings, ContentDigests digests, SourceReads reads, Supplier<UploadSteps> steps,
			UploadPace pace) {
		SourceReads.OfProject ownReads = reads.ofProject();
		this.reader = new AttachmentReader(ownReads, settings.export().timeout(), pace.downPause());
		this.settings = settings.attachments();
		this.held = new HeldBytes(this.settings.maxWaitingSize(), MAX_WAITING);
		this.digests = digests;
		this.log = new UploadLog(settings.key());
		ApiKey apiKey = settings.apiKey();
		// What goes to an endpoint of the application's own stays there, whatever key it
		// has.
		boolean uploads = this.settings.mode() == AttachmentsMode.UPLOAD && settings.export().endpoint() == null;
		this.queue = (uploads && apiKey != null)
				? new UploadQueue(new UploadTarget(settings, apiKey, ownReads), steps, pace, this.log, this::ended)
				: null;
	}

	// Count the bytes of an attachment that a span carries, on the thread of the caller:
	// nothing is read.
	public @Nullable Hold hold(Attachment attachment) {
		Hold hold = this.held.hold(attachment);
		if (hold == null) {
			refuse(Refusal.TOO_MUCH_WAITING);
		}
		return hold;
	}

	public AttachmentReader reader() {
		return this.reader;
	}

	// Whether to read them may take long: there are files or resources among those that
	// wait.
	public boolean isSlow() {
		return this.held.hasFiles();
	}

	// Whether attachments are uploaded at the moment. It may change until a span is
	// written.
	public boolean isAvailable() {
		return this.queue != null && this.queue.isAvailable();
	}

	public boolean isTooLarge(long size) {
		boolean tooLarge = size > this.settings.maxSize();
		if (tooLarge) {
			refuse(Refusal.TOO_LARGE);
		}
		return tooLarge;
	}

	// Count an attachment that cannot be looked at.
	public void unreadable() {
		refuse(Refusal.UNREADABLE);
	}

	// Ask for the upload of an attachment, in the background: this reads all of it, once
	// for each array.
	public Admission admit(Attachment attachment, long size) {
		try {
			ContentDigests.Digest digest = this.digests.of(attachment, size, this.settings.maxSize(), this.reader);
			return (digest.size() > this.settings.maxSize()) ? refuse(Refusal.TOO_LARGE) : admit(digest, attachment);
		}
		catch (IOException | RuntimeException ex) {
			return refuse(Refusal.UNREADABLE);
		}
	}

	private synchronized Admission admit(ContentDigests.Digest digest, Attachment attachment) {
		Upload known = this.uploads.get(digest.hash());
		if (known != null) {
			known.claim();
			return Admission.of(new UploadClaim(this, known));
		}
		if (this.queue == null || !this.queue.isAvailable()) {
			return refuse(Refusal.UNAVAILABLE);
		}
		Hold hold = this.held.hold(attachment);
		if (hold == null) {
			return refuse(Refusal.TOO_MUCH_WAITING);
		}
		Upload upload = new Upload(digest, attachment, hold);
		// Last, since what is admitted may be the one trial of an outage.
		if (!this.queue.admits(upload)) {
			upload.end();
			return refuse(Refusal.UNAVAILABLE);
		}
		upload.claim();
		this.uploads.put(upload.hash(), upload);
		if (this.uploads.size() > MAX_KNOWN) {
			this.uploads.remove(this.uploads.keySet().iterator().next());
		}
		return Admission.of(new UploadClaim(this, upload));
	}

	private Admission refuse(Refusal refusal) {
		synchronized (this.refused) {
			this.refused.merge(refusal.name().toLowerCase(Locale.ROOT), 1L, Long::sum);
		}
		if (refusal != Refusal.UNAVAILABLE) {
			this.log.refused(refusal);
		}
		return Admission.refused(refusal);
	}

	void confirm(Upload upload) {
		boolean first;
		synchronized (this) {
			first = upload.begin();
		}
		if (first && this.queue != null) {
			this.queue.add(upload);
		}
	}

	synchronized void withdraw(Upload upload) {
		if (upload.unclaim()) {
			this.uploads.remove(upload.hash(), upload);
			upload.end();
			if (this.queue != null) {
				this.queue.withdrawn(upload);
			}
		}
	}

	// What has failed is tried anew when it is met again.
	private synchronized void ended(Upload upload, boolean uploaded) {
		upload.end();
		if (!uploaded) {
			this.uploads.remove(upload.hash(), upload);
		}
	}

	// Wait for the uploads that spans refer to so far.
	public boolean flush(Duration timeout) {
		return this.queue == null || this.queue.flush(timeout);
	}

	// The number of uploads that have failed for good.
	public long failures() {
		return (this.queue != null) ? this.queue.failures() : 0;
	}

	UploadQueue.@Nullable Left close() {
		return (this.queue != null) ? this.queue.close() : null;
	}

	// How it goes.
	public AttachmentStatus status() {
		Map<String, Long> refused;
		synchronized (this.refused) {
			refused = Map.copyOf(this.refused);
		}
		return (this.queue != null) ? this.queue.status(refused, this.held.size())
				: new AttachmentStatus(AttachmentStatus.State.OFF, 0, 0, Map.of(), refused, 0, this.held.size());
	}

}
