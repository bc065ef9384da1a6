package dev.braintrust.spring.content.json;

import java.lang.ref.Reference;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TreeNode;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

import org.springframework.aop.SpringProxy;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.InputStreamSource;

/**
 * The types that are not looked into: to read them is to consume, load, open or wait for
 * something, or to call what stands behind a proxy. A note says what was there. A
 * serializer that an annotation names for a type wins.
 */
public final class OpaqueTypes implements Serializers {

	public static final ValueSerializer<Object> NOTE = new Note((value) -> note(value.getClass()));

	// Closing tells a resource from a value, for streams of all kinds, connections and
	// pools.
	private static final List<Class<?>> TYPES = List.of(AutoCloseable.class, Iterator.class, Spliterator.class,
			Enumeration.class, Future.class, CompletionStage.class, Flow.Publisher.class, Supplier.class,
			Callable.class, Executor.class, Thread.class, ClassLoader.class, Reference.class, InputStreamSource.class,
			ObjectFactory.class, FactoryBean.class, BeanFactory.class, Environment.class, SpringProxy.class, Span.class,
			Tracer.class, TracerProvider.class, OpenTelemetry.class, Context.class);

	// Types that may not be on the class path.
	private static final List<String> NAMES = List.of("org.reactivestreams.", "io.reactivex.", "io.smallrye.mutiny.",
			"kotlin.Lazy", "kotlin.sequences.", "kotlinx.coroutines.", "jakarta.inject.Provider", "jakarta.servlet.",
			"jakarta.websocket.", "javax.sql.", "java.sql.Blob", "java.sql.Clob", "java.sql.Array", "java.sql.Ref",
			"java.sql.Struct", "java.sql.SQLXML", "org.springframework.jdbc.support.rowset.",
			"org.springframework.data.mongodb.core.convert.LazyLoadingProxy", "org.springframework.web.server.",
			"org.springframework.web.context.request.");

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
		return isOpaque(raw) ? NOTE : null;
	}

	@Override
	public @Nullable ValueSerializer<?> findCollectionSerializer(SerializationConfig config, CollectionType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable TypeSerializer elementTypeSerializer, @Nullable ValueSerializer<Object> elementSerializer) {
		return isOpaque(type.getRawClass()) ? NOTE : null;
	}

	@Override
	public @Nullable ValueSerializer<?> findMapSerializer(SerializationConfig config, MapType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable ValueSerializer<Object> keySerializer, @Nullable TypeSerializer elementTypeSerializer,
			@Nullable ValueSerializer<Object> elementSerializer) {
		return isOpaque(type.getRawClass()) ? NOTE : null;
	}

	@Override
	public ValueSerializer<?> findTreeNodeSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
		return new Tree();
	}

	private static String note(Class<?> type) {
		return "[not recorded: " + type.getName() + "]";
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
				|| TypeNames.isNamed(type, (name) -> NAMES.stream().anyMatch(name::startsWith));
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

		// The text of a note.
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

	/**
	 * Writes a tree of Jackson, but for what is too deep in it.
	 */
	private static final class Tree extends ValueSerializer<TreeNode> {

		@Override
		public void serialize(TreeNode value, JsonGenerator json, SerializationContext context) {
			try (JsonParser parser = value.traverse(ObjectReadContext.empty())) {
				JsonCopy.copy(json, parser, GuardedSerializer.MAX_DEPTH);
			}
		}

		@Override
		public void serializeWithType(TreeNode value, JsonGenerator json, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, json, context);
		}

	}

}
