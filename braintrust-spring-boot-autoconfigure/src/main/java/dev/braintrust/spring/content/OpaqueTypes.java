package dev.braintrust.spring.content;

import java.lang.ref.Reference;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.type.ArrayType;

import org.springframework.aop.SpringProxy;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.InputStreamSource;

/**
 * The types that are not looked into: to read them is to consume, load, open or wait for
 * something, or to call what stands behind a proxy. A note says what was there. A
 * serializer that an annotation names for a type wins.
 */
final class OpaqueTypes implements Serializers {

	// Closing tells a resource from a value, for streams of all kinds, connections and
	// pools.
	private static final List<Class<?>> TYPES = List.of(AutoCloseable.class, Iterator.class, Enumeration.class,
			Future.class, Flow.Publisher.class, Executor.class, Thread.class, ClassLoader.class, Reference.class,
			InputStreamSource.class, BeanFactory.class, Environment.class, SpringProxy.class, Span.class, Tracer.class,
			TracerProvider.class, OpenTelemetry.class, Context.class);

	// Types that may not be on the class path.
	private static final List<String> NAMES = List.of("org.reactivestreams.", "jakarta.servlet.", "jakarta.websocket.",
			"javax.sql.", "java.sql.Blob", "java.sql.Clob", "java.sql.Array", "java.sql.Ref", "java.sql.Struct",
			"java.sql.SQLXML", "org.springframework.web.server.", "org.springframework.web.context.request.");

	@Override
	public @Nullable ValueSerializer<?> findSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
		Class<?> raw = type.getRawClass();
		if (ByteBuffer.class.isAssignableFrom(raw)) {
			return new Note((value) -> "[" + ((ByteBuffer) value).remaining() + " bytes]");
		}
		if (Throwable.class.isAssignableFrom(raw)) {
			return new Failure();
		}
		return isOpaque(raw) ? new Note((value) -> "[not recorded: " + value.getClass().getName() + "]") : null;
	}

	@Override
	public @Nullable ValueSerializer<?> findArraySerializer(SerializationConfig config, ArrayType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable TypeSerializer elementTypeSerializer, @Nullable ValueSerializer<Object> elementSerializer) {
		return (type.getRawClass() == byte[].class) ? new Note((value) -> "[" + ((byte[]) value).length + " bytes]")
				: null;
	}

	private static boolean isOpaque(Class<?> type) {
		return Proxy.isProxyClass(type) || TYPES.stream().anyMatch((opaque) -> opaque.isAssignableFrom(type))
				|| isNamed(type);
	}

	private static boolean isNamed(@Nullable Class<?> type) {
		if (type == null) {
			return false;
		}
		if (NAMES.stream().anyMatch(type.getName()::startsWith) || isNamed(type.getSuperclass())) {
			return true;
		}
		for (Class<?> above : type.getInterfaces()) {
			if (isNamed(above)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Writes a note instead of a value.
	 */
	private static final class Note extends ValueSerializer<Object> {

		private final Text text;

		Note(Text text) {
			this.text = text;
		}

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			json.writeString(this.text.of(value));
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator json, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, json, context);
		}

		/**
		 * The text of a note.
		 */
		interface Text {

			String of(Object value);

		}

	}

	/**
	 * Writes the type and the message of a throwable.
	 */
	private static final class Failure extends ValueSerializer<Throwable> {

		@Override
		public void serialize(Throwable value, JsonGenerator json, SerializationContext context) {
			String message = value.getMessage();
			json.writeStartObject();
			json.writeStringProperty("type", value.getClass().getName());
			if (message != null) {
				json.writeStringProperty("message", message);
			}
			json.writeEndObject();
		}

		@Override
		public void serializeWithType(Throwable value, JsonGenerator json, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, json, context);
		}

	}

}
