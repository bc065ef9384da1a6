package dev.braintrust.spring.actuate;

import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.AttachmentUploads;
import dev.braintrust.spring.upload.Refusal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Meters of the export and of uploads, for each project that is on. Those of spans have
 * the names of OpenTelemetry's conventions and the units of its SDK for Java. A tag that
 * says why spans were lost is {@code none} if they were not, since registries such as
 * Prometheus want the same tags on all meters of a name.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/otel/sdk-metrics.md">OpenTelemetry,
 * "Semantic conventions for OpenTelemetry SDK metrics"</a>
 */
final class BraintrustMeters implements MeterBinder {

	private static final String SPAN = "span";

	private static final String ATTACHMENT = "attachment";

	private static final String BYTES = "bytes";

	private final DeclaredProjects declared;

	private final SpanPipeline pipeline;

	private final AttachmentUploads uploads;

	BraintrustMeters(DeclaredProjects declared, SpanPipeline pipeline, AttachmentUploads uploads) {
		this.declared = declared;
		this.pipeline = pipeline;
		this.uploads = uploads;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (ProjectSettings project : this.declared.all()) {
			if (project.isOn()) {
				bindExport(new Meters<>(registry, this.pipeline, project.key(), SpanPipeline::status));
				if (project.attachments().mode() == AttachmentsMode.UPLOAD) {
					bindUploads(new Meters<>(registry, this.uploads, project.key(), AttachmentUploads::status));
				}
			}
		}
	}

	private static void bindExport(Meters<SpanPipeline, ExportStatus> meters) {
		meters.gauge("otel.sdk.processor.span.queue.size", SPAN, "Spans that wait for a request", ExportFigure.WAITING);
		meters.gauge("otel.sdk.exporter.span.inflight", SPAN, "Spans in a request that is not settled",
				ExportFigure.UNDER_WAY);
		meters.gauge("braintrust.export.queue.size", BYTES, "Heap that waiting spans hold, about",
				ExportFigure.WAITING_BYTES);
		meters.counter("braintrust.export.sent", BYTES, "Bytes that were accepted, before compression",
				ExportFigure.ACCEPTED_BYTES);
		meters.counter("braintrust.export.requests", "request", "Requests that were sent", ExportFigure.REQUESTS);
		meters.counter("braintrust.export.retried", SPAN, "Spans that were sent again", ExportFigure.RETRIED);
		processed(meters, "none", ExportFigure.SETTLED);
		exported(meters, "none", ExportFigure.ACCEPTED);
		for (LossReason reason : LossReason.values()) {
			ToDoubleFunction<ExportStatus> count = (status) -> status.lost().getOrDefault(reason, 0L);
			switch (reason) {
				case QUEUE_FULL -> processed(meters, "queue_full", count);
				case CLOSED -> processed(meters, "already_shutdown", count);
				case SHUTDOWN -> processed(meters, "shutdown", count);
				case REFUSED, REJECTED, GIVEN_UP, UNANSWERED, UNSENDABLE -> exported(meters, reason.tag(), count);
				case TOO_LARGE -> {
					// Such a span is sent without its content.
				}
			}
			if (reason == LossReason.QUEUE_FULL || reason == LossReason.TOO_LARGE) {
				meters.counter("braintrust.export.content.lost", SPAN, "Spans that lost their content",
						(status) -> status.contentLost().getOrDefault(reason, 0L), "reason", reason.tag());
			}
		}
	}

	private static void processed(Meters<SpanPipeline, ExportStatus> meters, String error,
			ToDoubleFunction<ExportStatus> value) {
		meters.counter("otel.sdk.processor.span.processed", SPAN, "Spans that left the queue", value, "error.type",
				error);
	}

	private static void exported(Meters<SpanPipeline, ExportStatus> meters, String error,
			ToDoubleFunction<ExportStatus> value) {
		meters.counter("otel.sdk.exporter.span.exported", SPAN, "Spans whose request was settled", value, "error.type",
				error);
	}

	private static void bindUploads(Meters<AttachmentUploads, AttachmentStatus> meters) {
		meters.gauge("braintrust.attachments.waiting", ATTACHMENT, "Attachments that wait for their upload",
				UploadFigure.WAITING);
		meters.gauge("braintrust.attachments.waiting.size", BYTES, "Bytes of attachments that are held in memory",
				UploadFigure.WAITING_BYTES);
		meters.counter("braintrust.attachments.uploaded", ATTACHMENT, "Attachments that were uploaded",
				UploadFigure.UPLOADED);
		meters.counter("braintrust.attachments.uploaded.size", BYTES, "Bytes that were uploaded",
				UploadFigure.UPLOADED_BYTES);
		for (String step : AttachmentStatus.STEPS) {
			meters.counter("braintrust.attachments.failed", ATTACHMENT, "Attachments whose upload has failed for good",
					(status) -> status.failed().getOrDefault(step, 0L), "step", step);
		}
		for (Refusal refusal : Refusal.values()) {
			String reason = refusal.tag();
			meters.counter("braintrust.attachments.refused", ATTACHMENT, "Attachments that were not to be uploaded",
					(status) -> status.refused().getOrDefault(reason, 0L), "reason", reason);
		}
	}

	/**
	 * Registers meters of one project that read a status.
	 *
	 * @param registry where meters are registered
	 * @param source what has the status. A registry that outlives the context holds it
	 * weakly, and nothing else of it
	 * @param key the key of the project
	 * @param status gives the status by the key, {@code null} if there is none yet
	 * @param <T> the type of the source
	 * @param <S> the type of the status
	 */
	private record Meters<T, S>(MeterRegistry registry, T source, String key,
			BiFunction<T, String, @Nullable S> status) {

		void gauge(String name, String unit, String description, ToDoubleFunction<S> value) {
			Gauge.builder(name, this.source, read(this.key, this.status, value))
				.description(description)
				.baseUnit(unit)
				.tag("project", this.key)
				.register(this.registry);
		}

		void counter(String name, String unit, String description, ToDoubleFunction<S> value, String... tags) {
			FunctionCounter.builder(name, this.source, read(this.key, this.status, value))
				.description(description)
				.baseUnit(unit)
				.tags(Tags.of("project", this.key).and(tags))
				.register(this.registry);
		}

		// Static, so that what is registered does not hold the source.
		private static <T, S> ToDoubleFunction<T> read(String key, BiFunction<T, String, @Nullable S> status,
				ToDoubleFunction<S> value) {
			return (source) -> {
				S current = status.apply(source, key);
				return (current != null) ? value.applyAsDouble(current) : 0;
			};
		}

	}

	// One class for all figures, and not one for each, is less to load at startup.
	private enum ExportFigure implements ToDoubleFunction<ExportStatus> {

		WAITING, UNDER_WAY, WAITING_BYTES, ACCEPTED_BYTES, REQUESTS, RETRIED, ACCEPTED, SETTLED;

		@Override
		public double applyAsDouble(ExportStatus status) {
			return switch (this) {
				case WAITING -> status.queued() - status.underWay();
				case UNDER_WAY -> status.underWay();
				case WAITING_BYTES -> status.queuedBytes();
				case ACCEPTED_BYTES -> status.bytes();
				case REQUESTS -> status.requests();
				case RETRIED -> status.retried();
				case ACCEPTED -> status.sent();
				// Spans that have left the queue, whatever became of them.
				case SETTLED -> status.sent() + lost(status, LossReason.REFUSED) + lost(status, LossReason.REJECTED)
						+ lost(status, LossReason.GIVEN_UP) + lost(status, LossReason.UNSENDABLE)
						+ lost(status, LossReason.UNANSWERED);
			};
		}

		private static long lost(ExportStatus status, LossReason reason) {
			return status.lost().getOrDefault(reason, 0L);
		}

	}

	private enum UploadFigure implements ToDoubleFunction<AttachmentStatus> {

		WAITING, WAITING_BYTES, UPLOADED, UPLOADED_BYTES;

		@Override
		public double applyAsDouble(AttachmentStatus status) {
			return switch (this) {
				case WAITING -> status.waiting();
				case WAITING_BYTES -> status.waitingBytes();
				case UPLOADED -> status.uploaded();
				case UPLOADED_BYTES -> status.uploadedBytes();
			};
		}

	}

}
