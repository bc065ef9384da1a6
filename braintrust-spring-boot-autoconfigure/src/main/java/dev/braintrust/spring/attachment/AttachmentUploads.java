package dev.braintrust.spring.attachment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.export.HttpClients;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Uploads the attachments of all projects. Each project has a queue of its own, of which
 * one upload is under way at a time, so a project that cannot upload delays no other. No
 * thread and no connection is there before the first upload.
 */
public final class AttachmentUploads implements AutoCloseable {

	private final Map<String, ProjectAttachments> projects = new ConcurrentHashMap<>();

	private final ContentDigests digests = new ContentDigests();

	private final SourceReads reads = new SourceReads();

	private final UploadPace pace;

	private final LazyUploadSteps steps;

	private volatile boolean closed;

	/**
	 * Create uploads.
	 * @param clients the HTTP clients, of which there are no other users
	 */
	public AttachmentUploads(HttpClients clients) {
		this(clients, UploadPace.NORMAL);
	}

	/**
	 * Create uploads.
	 * @param clients the HTTP clients, of which there are no other users
	 * @param pace how long they wait for what
	 */
	public AttachmentUploads(HttpClients clients, UploadPace pace) {
		this.pace = pace;
		this.steps = new LazyUploadSteps(clients, pace);
	}

	/**
	 * Open the attachments of a project.
	 * @param settings the settings of the project, with a key or without
	 * @return its attachments
	 */
	public ProjectAttachments open(ProjectSettings settings) {
		ProjectAttachments project = new ProjectAttachments(settings, this.digests, this.reads, this.steps, this.pace);
		this.projects.put(settings.key(), project);
		if (this.closed) {
			project.close();
		}
		return project;
	}

	/**
	 * Wait for the uploads that spans refer to so far.
	 * @param timeout how long to wait at the most
	 * @return whether all of them ended in time, well or not
	 */
	public boolean flush(Duration timeout) {
		long start = System.nanoTime();
		boolean ended = true;
		for (ProjectAttachments project : this.projects.values()) {
			ended &= project.flush(timeout.minusNanos(System.nanoTime() - start));
		}
		return ended;
	}

	/**
	 * The number of uploads that have failed for good.
	 * @return the number so far, of all projects
	 */
	public long failures() {
		return this.projects.values().stream().mapToLong(ProjectAttachments::failures).sum();
	}

	/**
	 * How the uploads of a project go.
	 * @param key the key of the project
	 * @return the status, or {@code null} where no project of the key is on
	 */
	public @Nullable AttachmentStatus status(String key) {
		ProjectAttachments project = this.projects.get(key);
		return (project != null) ? project.status() : null;
	}

	/**
	 * Give up what is left, and release all threads. It does not wait.
	 */
	@Override
	public void close() {
		close(Duration.ZERO);
	}

	/**
	 * Give up what is left, tell Braintrust so as long as it answers, and release all
	 * threads.
	 * @param timeout how long that may take
	 */
	public void close(Duration timeout) {
		this.closed = true;
		List<UploadQueue.Left> left = new ArrayList<>();
		for (ProjectAttachments project : this.projects.values()) {
			UploadQueue.Left given = project.close();
			if (given != null) {
				left.add(given);
			}
		}
		if (!timeout.isZero() && !timeout.isNegative()) {
			this.steps.report(left, timeout);
		}
		this.steps.close();
		this.reads.close();
	}

}
