package dev.braintrust.spring.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Encodes by OpenTelemetry's own exporter: it is given a sender that keeps the message
 * instead of sending it, so one exporter, which costs no thread and no connection, serves
 * all projects, and no internal class of OpenTelemetry is used.
 */
final class ExporterEncoder implements SpanEncoder {

	private final AtomicReference<byte @Nullable []> message = new AtomicReference<>();

	private final OtlpHttpSpanExporter exporter;

	ExporterEncoder() {
		this.exporter = OtlpHttpSpanExporter.builder()
			// Without this, the exporter would ask GlobalOpenTelemetry for meters.
			.setMeterProvider(MeterProvider.noop())
			.setRetryPolicy(null)
			.setComponentLoader(new KeepingSenderLoader(this.message::set))
			.build();
	}

	@Override
	public byte[] encode(Collection<SpanData> spans) {
		this.exporter.export(spans);
		byte[] message = this.message.getAndSet(null);
		if (message == null) {
			throw new IllegalStateException("The spans could not be encoded");
		}
		return message;
	}

	/**
	 * Offers the exporter one sender: the one that keeps the message.
	 */
	private record KeepingSenderLoader(
			Consumer<byte[]> keep) implements ComponentLoader, HttpSenderProvider, HttpSender {

		@Override
		public <T> Iterable<T> load(Class<T> type) {
			return type.isInstance(this) ? List.of(type.cast(this)) : List.of();
		}

		@Override
		public HttpSender createSender(HttpSenderConfig config) {
			return this;
		}

		@Override
		public void send(MessageWriter writer, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
			MessageOutput output = new MessageOutput(Math.max(writer.getContentLength(), 32));
			try {
				writer.writeMessage(output);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.keep.accept(output.message());
			onResponse.accept(new Kept());
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	/**
	 * What the exporter is told about a message that was kept.
	 */
	private record Kept() implements HttpResponse {

		@Override
		public int getStatusCode() {
			return 200;
		}

		@Override
		public String getStatusMessage() {
			return "OK";
		}

		@Override
		public byte[] getResponseBody() {
			return new byte[0];
		}

	}

}
