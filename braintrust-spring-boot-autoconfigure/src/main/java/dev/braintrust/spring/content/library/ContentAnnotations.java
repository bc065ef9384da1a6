package dev.braintrust.spring.content.library;

import dev.braintrust.spring.content.json.GuardedSerializer;
import dev.braintrust.spring.content.json.RawJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.ser.jackson.RawSerializer;
import tools.jackson.databind.util.ClassUtil;

/**
 * The annotations of Jackson 3 and, where it has none, of Jackson 2. The serializers that
 * they name are guarded: where one fails, the values around it stay.
 */
public final class ContentAnnotations extends JacksonAnnotationIntrospector {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Jackson2Annotations jackson2;

	ContentAnnotations(@Nullable Jackson2 jackson2) {
		this.jackson2 = (jackson2 != null) ? new Jackson2Annotations(jackson2) : null;
	}

	@Override
	public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
		Object found = super.findSerializer(config, annotated);
		if (found instanceof RawSerializer) {
			return new RawJson();
		}
		return guarded((found != null || this.jackson2 == null) ? found : this.jackson2.serializer(annotated));
	}

	@Override
	public @Nullable Object findContentSerializer(MapperConfig<?> config, Annotated annotated) {
		Object found = super.findContentSerializer(config, annotated);
		return guarded((found != null || this.jackson2 == null) ? found : this.jackson2.contentSerializer(annotated));
	}

	private static @Nullable Object guarded(@Nullable Object serializer) {
		Object instance = (serializer instanceof Class<?> type) ? ClassUtil.createInstance(type, true) : serializer;
		return (instance instanceof ValueSerializer<?> value) ? GuardedSerializer.around(value) : instance;
	}

	@Override
	public @Nullable Object findKeySerializer(MapperConfig<?> config, Annotated annotated) {
		Object found = super.findKeySerializer(config, annotated);
		return (found != null || this.jackson2 == null) ? found : this.jackson2.keySerializer(annotated);
	}

	@Override
	public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
		Object found = super.findNullSerializer(config, annotated);
		return (found != null || this.jackson2 == null) ? found : this.jackson2.nullSerializer(annotated);
	}

	@Override
	public @Nullable Object findSerializationConverter(MapperConfig<?> config, Annotated annotated) {
		Object found = super.findSerializationConverter(config, annotated);
		return (found != null || this.jackson2 == null) ? found : this.jackson2.converter(annotated);
	}

	@Override
	public @Nullable Object findSerializationContentConverter(MapperConfig<?> config, AnnotatedMember member) {
		Object found = super.findSerializationContentConverter(config, member);
		return (found != null || this.jackson2 == null) ? found : this.jackson2.contentConverter(member);
	}

	@Override
	public @Nullable Object findNamingStrategy(MapperConfig<?> config, AnnotatedClass type) {
		Object found = super.findNamingStrategy(config, type);
		return (found != null || this.jackson2 == null) ? found : this.jackson2.naming(type);
	}

	@Override
	public @Nullable Object findEnumNamingStrategy(MapperConfig<?> config, AnnotatedClass type) {
		Object found = super.findEnumNamingStrategy(config, type);
		return (found != null || this.jackson2 == null) ? found : this.jackson2.enumNaming(type);
	}

	@Override
	public JavaType refineSerializationType(MapperConfig<?> config, Annotated annotated, JavaType type) {
		JavaType refined = super.refineSerializationType(config, annotated, type);
		if (this.jackson2 == null) {
			return refined;
		}
		refined = general(config, refined, this.jackson2.as(annotated));
		Class<?> contentAs = this.jackson2.contentAs(annotated);
		return (contentAs != null && refined.getContentType() != null)
				? refined.withContentType(general(config, refined.getContentType(), contentAs)) : refined;
	}

	private static JavaType general(MapperConfig<?> config, JavaType type, @Nullable Class<?> as) {
		if (as == null || type.hasRawClass(as)) {
			return type;
		}
		return as.isAssignableFrom(type.getRawClass()) ? config.getTypeFactory().constructGeneralizedType(type, as)
				: config.getTypeFactory().constructSpecializedType(type, as);
	}

}
