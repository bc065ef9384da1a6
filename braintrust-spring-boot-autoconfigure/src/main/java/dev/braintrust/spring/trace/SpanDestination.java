package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.export.WaitingSpan;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentUploads;
import dev.braintrust.spring.upload.ProjectAttachments;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * The destination of project spans and their attachments: Braintrust or, in tests, a
 * recorder, which gets attachments as a part of the spans. A watch sees the spans on
 * their way.
 *
 * @param recorder takes the spans instead of the export, if present
 * @param watch sees the spans in addition to the export, if present
 */
public record SpanDestination(SpanPipeline pipeline, AttachmentUploads uploads, @Nullable SpanRecorder recorder,
		@Nullable Watch watch) {

	public SpanDestination(SpanPipeline pipeline, AttachmentUploads uploads, @Nullable SpanRecorder recorder) {
		this(pipeline, uploads, recorder, null);
	}

	public boolean isRecorder() {
		return this.recorder != null;
	}

	public void declared(Collection<String> keys) {
		if (this.recorder != null) {
			this.recorder.declared(keys);
		}
	}

	// Whether the spans of a project go anywhere.
	boolean takes(ProjectSettings settings) {
		return (this.recorder != null || this.watch != null) ? settings.enabled() : settings.isOn();
	}

	// Open the queue for the spans of a project.
	@Nullable SpanSink open(ProjectSettings settings, ProjectContent content) {
		if (this.recorder != null) {
			return settings.enabled() ? new RecordingSink(this.recorder, settings, content, null) : null;
		}
		if (this.watch != null && settings.enabled()) {
			return this.watch.open(settings, content, settings.isOn() ? this.pipeline::open : null);
		}
		return settings.isOn() ? this.pipeline.open(settings, content) : null;
	}

	// Open a queue for spans of a project that have another parent.
	SpanSink open(ProjectSettings settings, ProjectContent reader, String parent, boolean sent, boolean paced) {
		if (this.watch != null && this.recorder == null && settings.enabled()) {
			return this.watch.open(settings, reader,
					sent ? (project, watched) -> this.pipeline.open(project, watched, parent, paced) : null);
		}
		SpanSink queue = sent ? this.pipeline.open(settings, reader, parent, paced) : null;
		return (queue != null && this.recorder == null) ? queue
				: new RecordingSink(this.recorder, settings, reader, queue);
	}

	@Nullable ProjectAttachments attachments(ProjectSettings settings) {
		return (this.recorder == null && settings.isOn()) ? this.uploads.open(settings) : null;
	}

	/**
	 * Sees the spans of projects in addition to the export. It also gets the spans of an
	 * enabled project without an API key.
	 */
	@FunctionalInterface
	public interface Watch {

		// Open a sink for the spans of a project. Without an export, they go
		// nowhere else.
		SpanSink open(ProjectSettings settings, ProjectContent content,
				@Nullable BiFunction<ProjectSettings, SpanReader, SpanSink> export);

	}

	/**
	 * Passes the spans of a project to a recorder instead of the export, or in addition
	 * to it if an experiment is sent. Without a queue there is nothing to flush.
	 *
	 * @param recorder the recorder, or {@code null}
	 * @param reader writes the spans
	 * @param queue sends the spans, if present
	 */
	private record RecordingSink(@Nullable SpanRecorder recorder, ProjectSettings settings, SpanReader reader,
			@Nullable SpanSink queue) implements SpanSink {

		@Override
		public void add(WaitingSpan span) {
			if (this.recorder != null) {
				this.recorder.record(this.settings, () -> written(span));
			}
			if (this.queue != null) {
				this.queue.add(span);
			}
			else if (this.recorder == null) {
				span.lost();
			}
		}

		private SpanData written(WaitingSpan span) {
			List<@Nullable SpanData> read = this.reader.read(List.of(span));
			SpanData written = ContentWriter.keep(Objects.requireNonNull(read.get(0)));
			this.reader.release(read);
			return written;
		}

		@Override
		public boolean flush(Duration timeout) {
			return this.queue == null || this.queue.flush(timeout);
		}

		@Override
		public ExportStatus status() {
			return (this.queue != null) ? this.queue.status() : ExportStatus.UNUSED;
		}

		@Override
		public boolean hasRoom() {
			return this.queue == null || this.queue.hasRoom();
		}

		@Override
		public void close() {
			if (this.queue != null) {
				this.queue.close();
			}
		}

	}

}
