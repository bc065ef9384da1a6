package dev.braintrust.spring.export;

import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collection;

import io.opentelemetry.sdk.trace.data.SpanData;

import org.springframework.util.ClassUtils;

/**
 * Encodes by the classes that OpenTelemetry's exporter encodes with. They are internal,
 * so they are looked up by their names, and only where the exporter has no public way to
 * keep its message: in versions of the past, which change no more.
 */
final class MarshalerEncoder implements SpanEncoder {

	private static final String REQUEST = "io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler";

	private final MethodHandle create;

	private final MethodHandle size;

	private final MethodHandle write;

	MarshalerEncoder() {
		try {
			Class<?> type = ClassUtils.forName(REQUEST, MarshalerEncoder.class.getClassLoader());
			MethodHandles.Lookup lookup = MethodHandles.publicLookup();
			this.create = lookup.findStatic(type, "create", MethodType.methodType(type, Collection.class))
				.asType(MethodType.methodType(Object.class, Collection.class));
			this.size = lookup.findVirtual(type, "getBinarySerializedSize", MethodType.methodType(int.class))
				.asType(MethodType.methodType(int.class, Object.class));
			this.write = lookup
				.findVirtual(type, "writeBinaryTo", MethodType.methodType(void.class, OutputStream.class))
				.asType(MethodType.methodType(void.class, Object.class, OutputStream.class));
		}
		catch (ClassNotFoundException ex) {
			throw new NoClassDefFoundError(REQUEST);
		}
		catch (NoSuchMethodException ex) {
			throw new NoSuchMethodError(ex.getMessage());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalAccessError(ex.getMessage());
		}
	}

	@Override
	public byte[] encode(Collection<SpanData> spans) {
		try {
			Object request = this.create.invokeExact(spans);
			MessageOutput output = new MessageOutput(Math.max((int) this.size.invokeExact(request), 32));
			this.write.invokeExact(request, (OutputStream) output);
			return output.message();
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("The spans could not be encoded", ex);
		}
	}

}
