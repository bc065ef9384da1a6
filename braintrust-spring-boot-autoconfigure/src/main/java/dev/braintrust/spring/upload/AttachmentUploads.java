package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Uploads the attachments of all projects. Each project has a queue of its own, of which
 * one upload is under way at a time, so a project that cannot upload delays no other. No
 * thread and no connection is there before the first upload.
 */
public final class AttachmentUploads implements AutoCloseable {

	private final Map<String, ProjectAttachments> projects = new ConcurrentHashMap<>();

	private final HttpClients clients;

	private final @Nullable UploadPace pace;

	private @Nullable Parts parts;

	private boolean closed;

	public AttachmentUploads(HttpClients clients) {
		this(clients, null);
	}

	public AttachmentUploads(HttpClients clients, @Nullable UploadPace pace) {
		this.clients = clients;
		this.pace = pace;
	}

	public synchronized ProjectAttachments open(ProjectSettings settings) {
		Parts parts = this.parts;
		boolean made = parts == null;
		if (parts == null) {
			parts = Parts.of(this.clients, (this.pace != null) ? this.pace : UploadPace.NORMAL);
			this.parts = parts;
		}
		ProjectAttachments project = new ProjectAttachments(settings, parts.digests(), parts.reads(), parts.steps(),
				parts.pace());
		this.projects.put(settings.key(), project);
		if (this.closed) {
			project.close();
			// Others are closed by who closes this, once they have reported.
			if (made) {
				parts.close();
			}
		}
		return project;
	}

	// Wait for the uploads that spans refer to so far.
	public boolean flush(Duration timeout) {
		long start = System.nanoTime();
		boolean ended = true;
		for (ProjectAttachments project : this.projects.values()) {
			ended &= project.flush(timeout.minusNanos(System.nanoTime() - start));
		}
		return ended;
	}

	// The number of uploads that have failed for good.
	public long failures() {
		return this.projects.values().stream().mapToLong(ProjectAttachments::failures).sum();
	}

	public @Nullable AttachmentStatus status(String key) {
		ProjectAttachments project = this.projects.get(key);
		return (project != null) ? project.status() : null;
	}

	// Give up what is left, and release all threads. It does not wait.
	@Override
	public void close() {
		close(Duration.ZERO);
	}

	// Give up what is left, tell Braintrust so as long as it answers, and release all
	// threads.
	public void close(Duration timeout) {
		Parts parts = closing();
		if (parts == null) {
			return;
		}
		List<UploadQueue.Left> left = new ArrayList<>();
		for (ProjectAttachments project : this.projects.values()) {
			UploadQueue.Left given = project.close();
			if (given != null) {
				left.add(given);
			}
		}
		if (!timeout.isZero() && !timeout.isNegative()) {
			parts.steps().report(left, timeout);
		}
		parts.close();
	}

	private synchronized @Nullable Parts closing() {
		this.closed = true;
		return this.parts;
	}

	// What the projects share. The start of an application does without.
	private record Parts(ContentDigests digests, SourceReads reads, LazyUploadSteps steps, UploadPace pace) {

		static Parts of(HttpClients clients, UploadPace pace) {
			return new Parts(new ContentDigests(), new SourceReads(), new LazyUploadSteps(clients, pace), pace);
		}

		void close() {
			this.steps.close();
			this.reads.close();
		}

	}

}
