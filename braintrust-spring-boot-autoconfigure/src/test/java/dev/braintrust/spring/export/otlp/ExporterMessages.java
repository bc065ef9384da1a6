package dev.braintrust.spring.export.otlp;

import java.io.ByteArrayOutputStream;
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
 * The messages of OpenTelemetry's own OTLP exporter, with a sender that keeps each
 * message instead of sending it.
 */
final class ExporterMessages {

	private final AtomicReference<byte @Nullable []> message = new AtomicReference<>();

	private final OtlpHttpSpanExporter exporter;

	ExporterMessages() {
		this.exporter = OtlpHttpSpanExporter.builder()
			.setMeterProvider(MeterProvider.noop())
			.setRetryPolicy(null)
			.setComponentLoader(new KeepingSenderLoader(this.message::set))
			.build();
	}

	byte[] encode(Collection<SpanData> spans) {
		this.exporter.export(spans);
		byte[] message = this.message.getAndSet(null);
		if (message == null) {
			throw new IllegalStateException("The exporter sent nothing");
		}
		return message;
	}

	/**
	 * Provides only the sender that keeps the message.
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
			ByteArrayOutputStream output = new ByteArrayOutputStream();
			try {
				writer.writeMessage(output);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.keep.accept(output.toByteArray());
			onResponse.accept(new Kept());
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	/**
	 * The response for a kept message.
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
