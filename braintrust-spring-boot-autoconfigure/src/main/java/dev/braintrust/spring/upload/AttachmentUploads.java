package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;

import dev.braintrust.spring.api.BackgroundLog;
import dev.braintrust.spring.api.BackgroundThreads;
import dev.braintrust.spring.api.Backoff;
import dev.braintrust.spring.api.BraintrustApi;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Uploads the attachments of all projects. Each project has its own queue with at most
 * one upload in flight, so a project that cannot upload delays no other. Threads and
 * connections are created with the first attachment.
 */
public final class AttachmentUploads implements AutoCloseable {

	// A span may wait until a file was looked at, again if a filter replaced the file,
	// and for the upload.
	private static final int MAX_WAITS = 5;

	private static final Duration LOG_TIME = Duration.ofMillis(200);

	private final Map<String, ProjectAttachments> projects = new ConcurrentHashMap<>();

	private final HttpClients clients;

	private final MemoryBudget memory;

	private final @Nullable Backoff backoff;

	private @Nullable Parts parts;

	private boolean closed;

	public AttachmentUploads(HttpClients clients, MemoryBudget memory) {
		this(clients, memory, null);
	}

	public AttachmentUploads(HttpClients clients, MemoryBudget memory, @Nullable Backoff backoff) {
		this.clients = clients;
		this.memory = memory;
		this.backoff = backoff;
	}

	public synchronized ProjectAttachments open(ProjectSettings settings) {
		ProjectAttachments project = new ProjectAttachments(settings, parts());
		this.projects.put(settings.key(), project);
		if (this.closed) {
			project.close();
		}
		return project;
	}

	private synchronized Parts parts() {
		Parts parts = this.parts;
		if (parts == null) {
			// The values of Braintrust's specification.
			Backoff backoff = (this.backoff != null) ? this.backoff
					: new Backoff(8, Duration.ofMillis(500), Duration.ofSeconds(30));
			BraintrustApi api = new BraintrustApi("braintrust-upload", this.clients, backoff);
			parts = new Parts(new ContentDigests(), new SourceReads(), api,
					BackgroundThreads.clock("braintrust-upload"), this.memory,
					new BackgroundLog(LogFactory.getLog(AttachmentUploads.class)));
			this.parts = parts;
			if (this.closed) {
				parts.close();
			}
		}
		return parts;
	}

	// Flush spans of all projects, including spans that wait for uploads.
	public boolean flush(Predicate<Duration> spans, Duration timeout) {
		return flush(this.projects.values(), spans, timeout);
	}

	// Flush spans of one project, including spans that wait for uploads.
	public static boolean flush(ProjectAttachments project, Predicate<Duration> spans, Duration timeout) {
		return flush(List.of(project), spans, timeout);
	}

	private static boolean flush(Collection<ProjectAttachments> projects, Predicate<Duration> spans, Duration timeout) {
		if (projects.isEmpty()) {
			return spans.test(timeout);
		}
		long start = System.nanoTime();
		long failures = failures(projects);
		boolean sent = true;
		boolean settled = false;
		for (int i = 0; i < MAX_WAITS && !settled; i++) {
			sent &= await(projects, start, timeout);
			long changes = changes(projects);
			sent &= spans.test(timeout.minusNanos(System.nanoTime() - start));
			// Spans that began to wait or were resumed meanwhile are not flushed yet.
			settled = changes(projects) == changes
					&& projects.stream().noneMatch((project) -> project.deliveries().isWaiting());
		}
		return sent && failures(projects) == failures;
	}

	private static boolean await(Collection<ProjectAttachments> projects, long start, Duration timeout) {
		try {
			boolean ended = true;
			for (ProjectAttachments project : projects) {
				ended &= project.deliveries().await(timeout.minusNanos(System.nanoTime() - start));
			}
			return ended;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static long changes(Collection<ProjectAttachments> projects) {
		return projects.stream().mapToLong((project) -> project.deliveries().changes()).sum();
	}

	private static long failures(Collection<ProjectAttachments> projects) {
		return projects.stream().mapToLong(ProjectAttachments::failures).sum();
	}

	public @Nullable AttachmentStatus status(String key) {
		ProjectAttachments project = this.projects.get(key);
		return (project != null) ? project.status() : null;
	}

	// Stop uploading, resume all spans and release all threads, without waiting.
	@Override
	public void close() {
		close(Duration.ZERO);
	}

	// Stop uploading, give files some time to be read instead, resume all spans and
	// release all threads.
	public void close(Duration timeout) {
		long start = System.nanoTime();
		Parts parts = closing();
		if (parts == null) {
			return;
		}
		this.projects.values().forEach(ProjectAttachments::closeUploads);
		await(this.projects.values(), start, timeout);
		this.projects.values().forEach(ProjectAttachments::close);
		parts.close();
	}

	private synchronized @Nullable Parts closing() {
		this.closed = true;
		return this.parts;
	}

	// The parts that all projects share. They are not created at startup.
	record Parts(ContentDigests digests, SourceReads reads, BraintrustApi api, ScheduledExecutorService clock,
			MemoryBudget memory, BackgroundLog log) {

		void close() {
			this.api.close();
			this.clock.shutdownNow();
			this.reads.close();
			this.log.await(LOG_TIME);
		}

	}

}
