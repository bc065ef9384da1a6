package dev.braintrust.spring.project;

import dev.braintrust.spring.attachment.AttachmentUploads;
import dev.braintrust.spring.attachment.ProjectAttachments;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Where the spans of projects and their attachments go: to Braintrust or, in tests, to a
 * recorder, where attachments are part of the spans.
 *
 * @param pipeline the export of spans
 * @param uploads the uploads of attachments
 * @param recorder what takes the spans in place of the export, if anything does
 */
record SpanDestination(SpanPipeline pipeline, AttachmentUploads uploads, @Nullable SpanRecorder recorder) {

	boolean isRecorder() {
		return this.recorder != null;
	}

	/**
	 * What takes the spans of a project.
	 * @param project the settings of the project
	 * @return what opens its queue, or {@code null} where its spans go nowhere
	 */
	Project.@Nullable QueueOpener opener(ProjectSettings project) {
		SpanRecorder recorder = this.recorder;
		if (recorder != null) {
			return project.enabled() ? (settings, reader) -> new RecordingSink(recorder, settings, reader) : null;
		}
		return project.isOn() ? this.pipeline::open : null;
	}

	/**
	 * What takes the attachments of a project.
	 * @param project the settings of the project
	 * @return its attachments, or {@code null} where none are uploaded
	 */
	@Nullable ProjectAttachments attachments(ProjectSettings project) {
		return (this.recorder == null && project.isOn()) ? this.uploads.open(project) : null;
	}

}
