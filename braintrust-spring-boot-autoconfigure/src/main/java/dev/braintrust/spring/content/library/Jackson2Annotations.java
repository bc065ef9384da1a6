package dev.braintrust.spring.content.library;

import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategy;
import com.fasterxml.jackson.databind.annotation.EnumNaming;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.ClassUtil;
import com.fasterxml.jackson.databind.util.Converter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.EnumNamingStrategy;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.type.TypeFactory;

/**
 * What annotations of Jackson 2 say that Jackson 3 does not understand. Those that both
 * have in common are Jackson 3's.
 */
final class Jackson2Annotations {

	private final Jackson2 jackson2;

	Jackson2Annotations(Jackson2 jackson2) {
		this.jackson2 = jackson2;
	}

	@Nullable ValueSerializer<?> serializer(Annotated annotated) {
		return serializer(annotated, JsonSerialize::using);
	}

	@Nullable ValueSerializer<?> keySerializer(Annotated annotated) {
		return serializer(annotated, JsonSerialize::keyUsing);
	}

	@Nullable ValueSerializer<?> contentSerializer(Annotated annotated) {
		return serializer(annotated, JsonSerialize::contentUsing);
	}

	@Nullable ValueSerializer<?> nullSerializer(Annotated annotated) {
		return serializer(annotated, JsonSerialize::nullsUsing);
	}

	private @Nullable ValueSerializer<?> serializer(Annotated annotated, Function<JsonSerialize, Class<?>> attribute) {
		Class<?> type = named(annotated, attribute, JsonSerializer.None.class);
		return (type != null) ? this.jackson2.serializer(type) : null;
	}

	@Nullable Object converter(Annotated annotated) {
		return converter(named(annotated, JsonSerialize::converter, Converter.None.class));
	}

	@Nullable Object contentConverter(Annotated annotated) {
		return converter(named(annotated, JsonSerialize::contentConverter, Converter.None.class));
	}

	@SuppressWarnings("unchecked")
	private @Nullable Object converter(@Nullable Class<?> type) {
		return (type != null)
				? new Converting((Converter<Object, Object>) ClassUtil.createInstance(type, true), this.jackson2)
				: null;
	}

	@Nullable Class<?> as(Annotated annotated) {
		return named(annotated, JsonSerialize::as, Void.class);
	}

	@Nullable Class<?> contentAs(Annotated annotated) {
		return named(annotated, JsonSerialize::contentAs, Void.class);
	}

	private static @Nullable Class<?> named(Annotated annotated, Function<JsonSerialize, Class<?>> attribute,
			Class<?> none) {
		JsonSerialize annotation = annotated.getAnnotation(JsonSerialize.class);
		Class<?> type = (annotation != null) ? attribute.apply(annotation) : none;
		return (type != none) ? type : null;
	}

	@Nullable Object naming(Annotated annotated) {
		JsonNaming annotation = annotated.getAnnotation(JsonNaming.class);
		return (annotation != null && annotation.value() != PropertyNamingStrategy.class)
				? new Naming(ClassUtil.createInstance(annotation.value(), true)) : null;
	}

	@Nullable Object enumNaming(Annotated annotated) {
		EnumNaming annotation = annotated.getAnnotation(EnumNaming.class);
		if (annotation == null) {
			return null;
		}
		com.fasterxml.jackson.databind.EnumNamingStrategy strategy = ClassUtil.createInstance(annotation.value(), true);
		return (EnumNamingStrategy) (config, type, name) -> strategy.convertEnumToExternalName(name);
	}

	/**
	 * Converts values as Jackson 2 does.
	 */
	private static final class Converting implements tools.jackson.databind.util.Converter<Object, Object> {

		private final Converter<Object, Object> converter;

		private final Jackson2 jackson2;

		Converting(Converter<Object, Object> converter, Jackson2 jackson2) {
			this.converter = converter;
			this.jackson2 = jackson2;
		}

		@Override
		public Object convert(SerializationContext context, Object value) {
			return this.converter.convert(value);
		}

		@Override
		public Object convert(DeserializationContext context, Object value) {
			throw new UnsupportedOperationException("Values of spans are not read");
		}

		@Override
		public JavaType getInputType(TypeFactory types) {
			return types
				.constructType(this.converter.getInputType(this.jackson2.provider().getTypeFactory()).getRawClass());
		}

		@Override
		public JavaType getOutputType(TypeFactory types) {
			return types
				.constructType(this.converter.getOutputType(this.jackson2.provider().getTypeFactory()).getRawClass());
		}

	}

	/**
	 * Names properties as Jackson 2 does. A strategy that asks for more than the name
	 * fails.
	 */
	private static final class Naming extends tools.jackson.databind.PropertyNamingStrategy {

		private static final long serialVersionUID = 1L;

		private final PropertyNamingStrategy strategy;

		Naming(PropertyNamingStrategy strategy) {
			this.strategy = strategy;
		}

		@Override
		@SuppressWarnings("NullAway")
		public String nameForField(MapperConfig<?> config, AnnotatedField field, String name) {
			return this.strategy.nameForField(null, null, name);
		}

		@Override
		@SuppressWarnings("NullAway")
		public String nameForGetterMethod(MapperConfig<?> config, AnnotatedMethod method, String name) {
			return this.strategy.nameForGetterMethod(null, null, name);
		}

	}

}
