package dev.braintrust.spring.actuate;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.attachment.Admission;
import dev.braintrust.spring.attachment.AttachmentStatus;
import dev.braintrust.spring.attachment.AttachmentUploads;
import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.DeclaredProjects;
import dev.braintrust.spring.properties.ProjectSettings;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
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
				new ProjectMeters(registry, this.uploads, project.key()).bind();
			}
		}
	}

	/**
	 * The meters of one project.
	 */
	private record ProjectMeters(MeterRegistry registry, AttachmentUploads uploads, String key) {

		void bind() {
			gauge("braintrust.attachments.waiting", ATTACHMENT, "Attachments that wait for their upload",
					AttachmentStatus::waiting);
			gauge("braintrust.attachments.waiting.size", BYTES, "Bytes of attachments that are held in memory",
					AttachmentStatus::waitingBytes);
			counter("braintrust.attachments.uploaded", ATTACHMENT, "Attachments that were uploaded",
					AttachmentStatus::uploaded);
			counter("braintrust.attachments.uploaded.size", BYTES, "Bytes that were uploaded",
					AttachmentStatus::uploadedBytes);
			for (String step : AttachmentStatus.STEPS) {
				counter("braintrust.attachments.failed", ATTACHMENT, "Attachments whose upload has failed for good",
						(status) -> status.failed().getOrDefault(step, 0L), "step", step);
			}
			for (Admission.Refusal refusal : Admission.Refusal.values()) {
				String reason = refusal.name().toLowerCase(Locale.ROOT);
				counter("braintrust.attachments.refused", ATTACHMENT, "Attachments that were not to be uploaded",
						(status) -> status.refused().getOrDefault(reason, 0L), "reason", reason);
			}
		}

		private void gauge(String name, String unit, String description, ToDoubleFunction<AttachmentStatus> value) {
			Gauge.builder(name, this.uploads, read(this.key, value))
				.description(description)
				.baseUnit(unit)
				.tag("project", this.key)
				.register(this.registry);
		}

		private void counter(String name, String unit, String description, ToDoubleFunction<AttachmentStatus> value,
				String... tags) {
			FunctionCounter.builder(name, this.uploads, read(this.key, value))
				.description(description)
				.baseUnit(unit)
				.tags(Tags.of("project", this.key).and(tags))
				.register(this.registry);
		}

		// A registry that outlives the context holds the function, which must not hold
		// the
		// uploads.
		private static ToDoubleFunction<AttachmentUploads> read(String key, ToDoubleFunction<AttachmentStatus> value) {
			return (uploads) -> {
				AttachmentStatus status = uploads.status(key);
				return (status != null) ? value.applyAsDouble(status) : 0;
			};
		}

	}

}
