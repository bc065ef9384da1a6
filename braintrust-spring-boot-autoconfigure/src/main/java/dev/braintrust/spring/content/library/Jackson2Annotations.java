package dev.braintrust.spring.content.library;

import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategy;
import com.fasterxml.jackson.databind.annotation.EnumNaming;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.ClassUtil;
import com.fasterxml.jackson.databind.util.Converter;
import dev.braintrust.spring.content.json.GuardedSerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.EnumNamingStrategy;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.util.StdConverter;

/**
 * Reads the annotations of Jackson 2 that Jackson 3 does not know. Jackson 3 reads the
 * annotations that both share.
 */
final class Jackson2Annotations extends NopAnnotationIntrospector {

	private static final long serialVersionUID = 1L;

	private final transient Jackson2 jackson2;

	Jackson2Annotations(Jackson2 jackson2) {
		this.jackson2 = jackson2;
	}

	@Override
	public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
		ValueSerializer<?> serializer = serializer(annotated, JsonSerialize::using);
		return (serializer != null) ? GuardedSerializer.around(serializer) : null;
	}

	@Override
	public @Nullable Object findContentSerializer(MapperConfig<?> config, Annotated annotated) {
		ValueSerializer<?> serializer = serializer(annotated, JsonSerialize::contentUsing);
		return (serializer != null) ? GuardedSerializer.around(serializer) : null;
	}

	@Override
	public @Nullable Object findKeySerializer(MapperConfig<?> config, Annotated annotated) {
		return serializer(annotated, JsonSerialize::keyUsing);
	}

	@Override
	public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
		return serializer(annotated, JsonSerialize::nullsUsing);
	}

	private @Nullable ValueSerializer<?> serializer(Annotated annotated, Function<JsonSerialize, Class<?>> attribute) {
		Class<?> type = named(annotated, attribute, JsonSerializer.None.class);
		return (type != null) ? this.jackson2.serializer(type) : null;
	}

	@Override
	public @Nullable Object findSerializationConverter(MapperConfig<?> config, Annotated annotated) {
		return converter(named(annotated, JsonSerialize::converter, Converter.None.class));
	}

	@Override
	public @Nullable Object findSerializationContentConverter(MapperConfig<?> config, AnnotatedMember member) {
		return converter(named(member, JsonSerialize::contentConverter, Converter.None.class));
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Object converter(@Nullable Class<?> type) {
		if (type == null) {
			return null;
		}
		Converter<Object, Object> converter = (Converter<Object, Object>) ClassUtil.createInstance(type, true);
		return new StdConverter<>() {

			@Override
			public Object convert(Object value) {
				return converter.convert(value);
			}

		};
	}

	@Override
	public JavaType refineSerializationType(MapperConfig<?> config, Annotated annotated, JavaType type) {
		JavaType refined = as(config, type, named(annotated, JsonSerialize::as, Void.class));
		JavaType content = refined.getContentType();
		return (content != null)
				? refined.withContentType(as(config, content, named(annotated, JsonSerialize::contentAs, Void.class)))
				: refined;
	}

	private static JavaType as(MapperConfig<?> config, JavaType type, @Nullable Class<?> as) {
		if (as == null || type.hasRawClass(as)) {
			return type;
		}
		return as.isAssignableFrom(type.getRawClass()) ? config.getTypeFactory().constructGeneralizedType(type, as)
				: config.getTypeFactory().constructSpecializedType(type, as);
	}

	private static @Nullable Class<?> named(Annotated annotated, Function<JsonSerialize, Class<?>> attribute,
			Class<?> none) {
		JsonSerialize annotation = annotated.getAnnotation(JsonSerialize.class);
		Class<?> type = (annotation != null) ? attribute.apply(annotation) : none;
		return (type != none) ? type : null;
	}

	@Override
	public @Nullable Object findNamingStrategy(MapperConfig<?> config, AnnotatedClass type) {
		JsonNaming annotation = type.getAnnotation(JsonNaming.class);
		return (annotation != null && annotation.value() != PropertyNamingStrategy.class)
				? new Naming(ClassUtil.createInstance(annotation.value(), true)) : null;
	}

	@Override
	public @Nullable Object findEnumNamingStrategy(MapperConfig<?> config, AnnotatedClass type) {
		EnumNaming annotation = type.getAnnotation(EnumNaming.class);
		if (annotation == null) {
			return null;
		}
		com.fasterxml.jackson.databind.EnumNamingStrategy strategy = ClassUtil.createInstance(annotation.value(), true);
		return (EnumNamingStrategy) (mapper, enumeration, name) -> strategy.convertEnumToExternalName(name);
	}

	/**
	 * Names properties like Jackson 2. A strategy that needs more than the name fails.
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
