package dev.braintrust.spring.actuate;

import java.util.Map;
import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.Refusal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The export and upload meters of each project that is on. Meters of spans have the names
 * of OpenTelemetry's conventions and the units of its Java SDK. The tag with the reason
 * of a loss is {@code none} for spans that were not lost, because registries such as
 * Prometheus require the same tags on all meters of a name.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/otel/sdk-metrics.md">OpenTelemetry,
 * "Semantic conventions for OpenTelemetry SDK metrics"</a>
 */
final class BraintrustMeters implements MeterBinder {

	private static final String SPAN = "span";

	private static final String ATTACHMENT = "attachment";

	private static final String BYTES = "bytes";

	private static final String WAITING = "otel.sdk.processor.span.queue.size";

	private static final String UNDER_WAY = "otel.sdk.exporter.span.inflight";

	private static final String WAITING_BYTES = "braintrust.export.queue.size";

	private static final String SENT = "braintrust.export.sent";

	private static final String REQUESTS = "braintrust.export.requests";

	private static final String RETRIED = "braintrust.export.retried";

	private static final String PROCESSED = "otel.sdk.processor.span.processed";

	private static final String EXPORTED = "otel.sdk.exporter.span.exported";

	private static final String CONTENT_LOST = "braintrust.export.content.lost";

	private static final String UPLOADS_WAITING = "braintrust.attachments.waiting";

	private static final String UPLOADS_WAITING_BYTES = "braintrust.attachments.waiting.size";

	private static final String UPLOADED = "braintrust.attachments.uploaded";

	private static final String UPLOADED_BYTES = "braintrust.attachments.uploaded.size";

	private static final String UPLOADS_FAILED = "braintrust.attachments.failed";

	private static final String UPLOADS_REFUSED = "braintrust.attachments.refused";

	private final DeclaredProjects declared;

	private final SpanDestination destination;

	BraintrustMeters(DeclaredProjects declared, SpanDestination destination) {
		this.declared = declared;
		this.destination = destination;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (ProjectSettings project : this.declared.all()) {
			if (project.isOn()) {
				Meters meters = new Meters(registry, this.destination, project.key());
				bindExport(meters);
				if (project.attachments().mode() == AttachmentsMode.UPLOAD) {
					bindUploads(meters);
				}
			}
		}
	}

	private static void bindExport(Meters meters) {
		meters.gauge(WAITING, SPAN, "Spans that wait for a request");
		meters.gauge(UNDER_WAY, SPAN, "Spans in a request that is not settled");
		meters.gauge(WAITING_BYTES, BYTES, "Heap that waiting spans hold, about");
		meters.counter(SENT, BYTES, "Bytes that were accepted, before compression");
		meters.counter(REQUESTS, "request", "Requests that were sent");
		meters.counter(RETRIED, SPAN, "Spans that were sent again");
		processed(meters, "none", null);
		exported(meters, "none", null);
		for (LossReason reason : LossReason.values()) {
			String tag = reason.tag();
			switch (tag) {
				case "queue_full", "shutdown" -> processed(meters, tag, reason);
				case "closed" -> processed(meters, "already_shutdown", reason);
				case "too_large" -> {
					// Counted as a loss of content, because the span itself is sent.
				}
				default -> exported(meters, tag, reason);
			}
			if (reason == LossReason.QUEUE_FULL || reason == LossReason.TOO_LARGE) {
				meters.counter(CONTENT_LOST, SPAN, "Spans that lost their content", reason, "reason", tag);
			}
		}
	}

	private static void processed(Meters meters, String error, @Nullable LossReason reason) {
		meters.counter(PROCESSED, SPAN, "Spans that left the queue", reason, "error.type", error);
	}

	private static void exported(Meters meters, String error, @Nullable LossReason reason) {
		meters.counter(EXPORTED, SPAN, "Spans whose request was settled", reason, "error.type", error);
	}

	private static void bindUploads(Meters meters) {
		meters.gauge(UPLOADS_WAITING, ATTACHMENT, "Attachments that wait for their upload");
		meters.gauge(UPLOADS_WAITING_BYTES, BYTES, "Bytes of attachments that are held in memory");
		meters.counter(UPLOADED, ATTACHMENT, "Attachments that were uploaded");
		meters.counter(UPLOADED_BYTES, BYTES, "Bytes that were uploaded");
		for (String step : AttachmentStatus.STEPS) {
			meters.counter(UPLOADS_FAILED, ATTACHMENT, "Attachments whose upload has failed for good", step, "step",
					step);
		}
		for (Refusal refusal : Refusal.values()) {
			String reason = refusal.tag();
			meters.counter(UPLOADS_REFUSED, ATTACHMENT, "Attachments that were not to be uploaded", reason, "reason",
					reason);
		}
	}

	private record Meters(MeterRegistry registry, SpanDestination destination, String key) {

		void gauge(String name, String unit, String description) {
			Gauge.builder(name, this.destination, new Figure(this.key, name, null))
				.description(description)
				.baseUnit(unit)
				.tag("project", this.key)
				.register(this.registry);
		}

		void counter(String name, String unit, String description) {
			counter(name, unit, description, null);
		}

		void counter(String name, String unit, String description, @Nullable Object reason, String... tags) {
			FunctionCounter.builder(name, this.destination, new Figure(this.key, name, reason))
				.description(description)
				.baseUnit(unit)
				.tags(Tags.of("project", this.key).and(tags))
				.register(this.registry);
		}

	}

	// The value of a meter. A single class instead of a lambda for each meter, so that
	// startup loads less. It holds no other objects, because a registry may outlive the
	// application context.
	private record Figure(String key, String meter,
			@Nullable Object reason) implements ToDoubleFunction<SpanDestination> {

		@Override
		public double applyAsDouble(SpanDestination destination) {
			AttachmentStatus uploads = destination.uploads().status(this.key);
			return switch (this.meter) {
				case UPLOADS_WAITING -> (uploads != null) ? uploads.waiting() : 0;
				case UPLOADS_WAITING_BYTES -> (uploads != null) ? uploads.waitingBytes() : 0;
				case UPLOADED -> (uploads != null) ? uploads.uploaded() : 0;
				case UPLOADED_BYTES -> (uploads != null) ? uploads.uploadedBytes() : 0;
				case UPLOADS_FAILED -> (uploads != null) ? count(uploads.failed()) : 0;
				case UPLOADS_REFUSED -> (uploads != null) ? count(uploads.refused()) : 0;
				default -> spans(destination.pipeline().status(this.key));
			};
		}

		private long spans(ExportStatus status) {
			return switch (this.meter) {
				case WAITING -> status.queued() - status.underWay();
				case UNDER_WAY -> status.underWay();
				case WAITING_BYTES -> status.queuedBytes();
				case SENT -> status.bytes();
				case REQUESTS -> status.requests();
				case RETRIED -> status.retried();
				case CONTENT_LOST -> count(status.contentLost());
				case EXPORTED -> (this.reason != null) ? count(status.lost()) : status.sent();
				// Spans that have left the queue, sent or lost.
				default -> (this.reason != null) ? count(status.lost())
						: status.sent() + status.totalLost() - lost(status, LossReason.QUEUE_FULL)
								- lost(status, LossReason.TOO_LARGE) - lost(status, LossReason.SHUTDOWN)
								- lost(status, LossReason.CLOSED);
			};
		}

		private long count(Map<?, Long> counts) {
			Long count = counts.get(this.reason);
			return (count != null) ? count : 0;
		}

		private static long lost(ExportStatus status, LossReason reason) {
			return status.lost().getOrDefault(reason, 0L);
		}

	}

}
