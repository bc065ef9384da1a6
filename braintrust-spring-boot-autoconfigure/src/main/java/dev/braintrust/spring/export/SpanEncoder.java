package dev.braintrust.spring.export;

import java.util.Collection;

import io.opentelemetry.sdk.trace.data.SpanData;

import org.springframework.util.ClassUtils;

/**
 * Turns spans into the bytes of an OTLP request. Not safe for use by several threads.
 */
interface SpanEncoder {

	/**
	 * Create an encoder for the OpenTelemetry that is on the class path.
	 * @return the encoder
	 */
	static SpanEncoder create() {
		// Public from 1.59 on. Spring Boot 4.0 brings an older version.
		return ClassUtils.isPresent("io.opentelemetry.sdk.common.export.HttpSenderProvider",
				SpanEncoder.class.getClassLoader()) ? new ExporterEncoder() : new MarshalerEncoder();
	}

	/**
	 * Encode spans as an {@code ExportTraceServiceRequest}.
	 * @param spans the spans
	 * @return the bytes of the message
	 */
	byte[] encode(Collection<SpanData> spans);

}
