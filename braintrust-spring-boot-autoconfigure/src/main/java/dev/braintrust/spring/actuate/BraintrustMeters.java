package dev.braintrust.spring.actuate;

import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the export, for each project that is on. Those of spans have the names of
 * OpenTelemetry's conventions and the units of its SDK for Java. A tag that says why
 * spans were lost is {@code none} where they were not, since registries such as
 * Prometheus want the same tags on all meters of a name.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/otel/sdk-metrics.md">OpenTelemetry,
 * "Semantic conventions for OpenTelemetry SDK metrics"</a>
 */
final class BraintrustMeters implements MeterBinder {

	private static final String PROCESSED = "otel.sdk.processor.span.processed";

	private static final String EXPORTED = "otel.sdk.exporter.span.exported";

	private static final String ERROR = "error.type";

	private static final String NONE = "none";

	private static final String SPAN = "span";

	private static final String BYTES = "bytes";

	private final DeclaredProjects declared;

	private final SpanPipeline pipeline;

	BraintrustMeters(DeclaredProjects declared, SpanPipeline pipeline) {
		this.declared = declared;
		this.pipeline = pipeline;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (ProjectSettings project : this.declared.all()) {
			if (project.isOn()) {
				new ExportMeters(new ProjectMeters<>(registry, this.pipeline, project.key(), SpanPipeline::status))
					.bind();
			}
		}
	}

	private record ExportMeters(ProjectMeters<SpanPipeline, ExportStatus> meters) {

		void bind() {
			this.meters.gauge("otel.sdk.processor.span.queue.size", SPAN, "Spans that wait for a request",
					ExportFigure.WAITING);
			this.meters.gauge("otel.sdk.exporter.span.inflight", SPAN, "Spans in a request that is not settled",
					ExportFigure.UNDER_WAY);
			this.meters.gauge("braintrust.export.queue.size", BYTES, "Heap that waiting spans hold, about",
					ExportFigure.WAITING_BYTES);
			this.meters.counter("braintrust.export.sent", BYTES, "Bytes that were accepted, before compression",
					ExportFigure.ACCEPTED_BYTES);
			this.meters.counter("braintrust.export.requests", "request", "Requests that were sent",
					ExportFigure.REQUESTS);
			this.meters.counter("braintrust.export.retried", SPAN, "Spans that were sent again", ExportFigure.RETRIED);
			processed(NONE, ExportFigure.SETTLED);
			exported(NONE, ExportFigure.ACCEPTED);
			for (LossReason reason : LossReason.values()) {
				lost(reason);
			}
		}

		private void lost(LossReason reason) {
			ToDoubleFunction<ExportStatus> count = (status) -> status.lost().getOrDefault(reason, 0L);
			switch (reason) {
				case QUEUE_FULL -> processed("queue_full", count);
				case CLOSED -> processed("already_shutdown", count);
				case SHUTDOWN -> processed("shutdown", count);
				case REFUSED, REJECTED, GIVEN_UP, UNSENDABLE -> exported(reason.tag(), count);
				case TOO_LARGE -> {
					// Such a span is sent without its content.
				}
			}
			if (reason == LossReason.QUEUE_FULL || reason == LossReason.TOO_LARGE) {
				this.meters.counter("braintrust.export.content.lost", SPAN, "Spans that lost their content",
						(status) -> status.contentLost().getOrDefault(reason, 0L), "reason", reason.tag());
			}
		}

		private void processed(String error, ToDoubleFunction<ExportStatus> value) {
			this.meters.counter(PROCESSED, SPAN, "Spans that left the queue", value, ERROR, error);
		}

		private void exported(String error, ToDoubleFunction<ExportStatus> value) {
			this.meters.counter(EXPORTED, SPAN, "Spans whose request was settled", value, ERROR, error);
		}

	}

}
