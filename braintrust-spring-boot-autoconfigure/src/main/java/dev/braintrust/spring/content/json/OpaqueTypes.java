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
import java.util.function.Function;
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
 * Types whose objects are not read, because reading would consume, load, open or wait for
 * something, or call the target of a proxy. A note with the type is written instead. If
 * an annotation names a serializer for the type, that serializer wins.
 */
public final class OpaqueTypes implements Serializers {

	public static final ValueSerializer<Object> NOTE = note(
			(value) -> "[not recorded: " + value.getClass().getName() + "]");

	// A value that can be closed is a resource: a stream of any kind, a connection or
	// a pool.
	private static final List<Class<?>> TYPES = List.of(AutoCloseable.class, Iterator.class, Spliterator.class,
			Enumeration.class, Future.class, CompletionStage.class, Flow.Publisher.class, Supplier.class,
			Callable.class, Executor.class, Thread.class, ClassLoader.class, Reference.class, InputStreamSource.class,
			ObjectFactory.class, FactoryBean.class, BeanFactory.class, Environment.class, SpringProxy.class, Span.class,
			Tracer.class, TracerProvider.class, OpenTelemetry.class, Context.class);

	// Types that may be missing on the class path.
	private static final List<String> NAMES = List.of("org.reactivestreams.", "io.reactivex.", "io.smallrye.mutiny.",
			"kotlin.Lazy", "kotlin.sequences.", "kotlinx.coroutines.", "jakarta.inject.Provider", "jakarta.servlet.",
			"jakarta.websocket.", "javax.sql.", "java.sql.Blob", "java.sql.Clob", "java.sql.Array", "java.sql.Ref",
			"java.sql.Struct", "java.sql.SQLXML", "org.springframework.jdbc.support.rowset.",
			"org.springframework.data.mongodb.core.convert.LazyLoadingProxy", "org.springframework.web.server.",
			"org.springframework.web.context.request.");

	private final Function<Class<?>, @Nullable ValueSerializer<?>> libraries;

	OpaqueTypes(Function<Class<?>, @Nullable ValueSerializer<?>> libraries) {
		this.libraries = libraries;
	}

	@Override
	public @Nullable ValueSerializer<?> findSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
		return find(type.getRawClass());
	}

	@Override
	public @Nullable ValueSerializer<?> findEnumSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
		return find(type.getRawClass());
	}

	@Override
	public @Nullable ValueSerializer<?> findCollectionSerializer(SerializationConfig config, CollectionType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable TypeSerializer elementTypeSerializer, @Nullable ValueSerializer<Object> elementSerializer) {
		return find(type.getRawClass());
	}

	@Override
	public @Nullable ValueSerializer<?> findMapSerializer(SerializationConfig config, MapType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable ValueSerializer<Object> keySerializer, @Nullable TypeSerializer elementTypeSerializer,
			@Nullable ValueSerializer<Object> elementSerializer) {
		return find(type.getRawClass());
	}

	@Override
	public ValueSerializer<?> findTreeNodeSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
		return new PlainSerializer<>(OpaqueTypes::writeTree);
	}

	@Override
	public @Nullable ValueSerializer<?> findArraySerializer(SerializationConfig config, ArrayType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable TypeSerializer elementTypeSerializer, @Nullable ValueSerializer<Object> elementSerializer) {
		return (type.getRawClass() == byte[].class) ? note((value) -> "[" + ((byte[]) value).length + " bytes]") : null;
	}

	private @Nullable ValueSerializer<?> find(Class<?> type) {
		if (ByteBuffer.class.isAssignableFrom(type)) {
			return note((value) -> "[" + ((ByteBuffer) value).remaining() + " bytes]");
		}
		if (Throwable.class.isAssignableFrom(type)) {
			return new PlainSerializer<>(OpaqueTypes::writeFailure);
		}
		boolean opaque = Proxy.isProxyClass(type) || TYPES.stream().anyMatch((each) -> each.isAssignableFrom(type))
				|| TypeNames.isNamed(type, (name) -> NAMES.stream().anyMatch(name::startsWith));
		return opaque ? NOTE : this.libraries.apply(type);
	}

	private static ValueSerializer<Object> note(Function<Object, String> text) {
		return new PlainSerializer<>((value, json, context) -> json.writeString(text.apply(value)));
	}

	// Write only the type and message of a throwable.
	private static void writeFailure(Throwable failure, JsonGenerator json, SerializationContext context) {
		String message = failure.getMessage();
		json.writeStartObject();
		json.writeStringProperty("type", failure.getClass().getName());
		if (message != null) {
			json.writeStringProperty("message", message);
		}
		json.writeEndObject();
	}

	private static void writeTree(TreeNode tree, JsonGenerator json, SerializationContext context) {
		try (JsonParser parser = tree.traverse(ObjectReadContext.empty())) {
			JsonCopy.copy(json, parser, GuardedSerializer.MAX_DEPTH);
		}
	}

}
