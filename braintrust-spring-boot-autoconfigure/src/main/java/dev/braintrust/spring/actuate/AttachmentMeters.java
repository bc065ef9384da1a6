package dev.braintrust.spring.actuate;

import java.util.Locale;

import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.Admission;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the uploads of attachments, for each project that uploads.
 */
final class AttachmentMeters implements MeterBinder {

	private static final String ATTACHMENT = "attachment";

	private static final String BYTES = "bytes";

	private final DeclaredProjects declared;

	private final AttachmentUploads uploads;

	AttachmentMeters(DeclaredProjects declared, AttachmentUploads uploads) {
		this.declared = declared;
		this.uploads = uploads;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (ProjectSettings project : this.declared.all()) {
			if (project.isOn() && project.attachments().mode() == AttachmentsMode.UPLOAD) {
				bind(new ProjectMeters<>(registry, this.uploads, project.key(), AttachmentUploads::status));
			}
		}
	}

	private static void bind(ProjectMeters<AttachmentUploads, AttachmentStatus> meters) {
		meters.gauge("braintrust.attachments.waiting", ATTACHMENT, "Attachments that wait for their upload",
				AttachmentFigure.WAITING);
		meters.gauge("braintrust.attachments.waiting.size", BYTES, "Bytes of attachments that are held in memory",
				AttachmentFigure.WAITING_BYTES);
		meters.counter("braintrust.attachments.uploaded", ATTACHMENT, "Attachments that were uploaded",
				AttachmentFigure.UPLOADED);
		meters.counter("braintrust.attachments.uploaded.size", BYTES, "Bytes that were uploaded",
				AttachmentFigure.UPLOADED_BYTES);
		for (String step : AttachmentStatus.STEPS) {
			meters.counter("braintrust.attachments.failed", ATTACHMENT, "Attachments whose upload has failed for good",
					(status) -> status.failed().getOrDefault(step, 0L), "step", step);
		}
		for (Admission.Refusal refusal : Admission.Refusal.values()) {
			String reason = refusal.name().toLowerCase(Locale.ROOT);
			meters.counter("braintrust.attachments.refused", ATTACHMENT, "Attachments that were not to be uploaded",
					(status) -> status.refused().getOrDefault(reason, 0L), "reason", reason);
		}
	}

}
