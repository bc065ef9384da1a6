package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.WaitingSpan;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.AttachmentUploads;
import dev.braintrust.spring.upload.ProjectAttachments;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Captures the content of a project's spans, writes it after the spans have ended, and
 * opens the uploads of attachments. Its parts are created for the first span.
 */
public final class ProjectContent implements SpanReader {

	private final Project project;

	private final SharedParts shared;

	private final boolean uploads;

	private volatile @Nullable SpanContent content;

	private volatile @Nullable ProjectAttachments attachments;

	private volatile boolean guests;

	private volatile @Nullable ProjectContent withoutUploads;

	ProjectContent(Project project, SharedParts shared) {
		this(project, shared, true);
	}

	private ProjectContent(Project project, SharedParts shared, boolean uploads) {
		this.project = project;
		this.shared = shared;
		this.uploads = uploads;
	}

	SpanContent get() {
		SpanContent content = this.content;
		return (content != null) ? content : make();
	}

	private synchronized SpanContent make() {
		SpanContent existing = this.content;
		if (existing != null) {
			return existing;
		}
		ProjectSettings settings = this.project.settings();
		ProjectAttachments attachments = this.uploads ? this.shared.destination().attachments(settings) : null;
		this.attachments = attachments;
		SpanContent content = new SpanContent(settings, () -> this.shared.filters().apply(settings.key()),
				this.shared.buffers(), attachments);
		this.content = content;
		return content;
	}

	@Nullable AttachmentStatus status() {
		ProjectAttachments attachments = this.attachments;
		return (attachments != null) ? attachments.status() : null;
	}

	// Flush spans, including spans that wait for their attachments.
	boolean flush(Predicate<Duration> spans, Duration timeout) {
		ProjectAttachments attachments = this.attachments;
		return (attachments != null) ? AttachmentUploads.flush(attachments, spans, timeout) : spans.test(timeout);
	}

	@Override
	public List<@Nullable SpanData> read(List<WaitingSpan> spans) {
		List<@Nullable SpanData> read = new ArrayList<>(spans.size());
		try (ContentWriter writer = get().writer()) {
			for (WaitingSpan span : spans) {
				EndedSpan ended = (EndedSpan) span;
				read.add((ended.content().project == this.project) ? ended.write(writer, this::unwritable)
						: ended.content().read(List.of(span)).get(0));
			}
		}
		return read;
	}

	@Override
	public void release(List<@Nullable SpanData> read) {
		ContentWriter.release(read);
	}

	// Write a span independently of its export, with its attachments in base64. No
	// attachment is uploaded or released. Files are read on this thread.
	public SpanData preview(EndedSpan span) {
		try (ContentWriter writer = get().previewWriter()) {
			SpanData written = span.preview(writer, this::unwritable);
			SpanData kept = ContentWriter.keep(written);
			release(List.of(written));
			return kept;
		}
	}

	// Return a variant without uploads: attachments are in base64.
	ProjectContent withoutUploads() {
		ProjectContent existing = this.withoutUploads;
		ProjectContent content = (existing != null) ? existing : new ProjectContent(this.project, this.shared, false);
		this.withoutUploads = content;
		return content;
	}

	// Return snapshots of the open spans.
	public List<EndedSpan> open() {
		OpenSpans open = this.project.anyOpenSpans();
		return (open != null) ? open.latestFirst().stream().map(DefaultProjectSpan::now).toList() : List.of();
	}

	// A span of another project is about to enter a queue that this project reads.
	void hasGuest(ProjectContent guest) {
		if (guest != this) {
			this.guests = true;
		}
	}

	private void unwritable(Throwable failure) {
		if (failure instanceof LinkageError error) {
			incompatible(error);
		}
		else {
			this.project.warn("unwritable", "A span of the Braintrust project '" + this.project.settings().key()
					+ "' is sent without its content: " + failure.getClass().getName() + ".", null);
		}
	}

	@Override
	public void await(WaitingSpan span, Runnable resume) {
		EndedSpan ended = (EndedSpan) span;
		ended.content().get().await(ended.fields(), resume);
	}

	@Override
	public void incompatible(LinkageError error) {
		this.project.projectSwitch().incompatible(error);
	}

	@Override
	public boolean isSlow() {
		// The filters of other projects are not known here.
		return this.guests || get().isFiltered();
	}

}
