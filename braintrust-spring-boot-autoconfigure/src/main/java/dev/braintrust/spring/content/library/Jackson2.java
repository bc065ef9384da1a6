package dev.braintrust.spring.content.library;

import java.lang.reflect.Member;

import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.ClassUtil;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.function.SingletonSupplier;

/**
 * Lets Jackson 2 write what only it knows: its trees, and what its annotations name a
 * serializer for. All else is Jackson 3's, whose bounds and guards hold for both. It is
 * made where there is a Jackson 2.
 */
public final class Jackson2 {

	private final SingletonSupplier<ObjectMapper> mapper = SingletonSupplier
		.of(() -> JsonMapper.builder().addModule(new Jackson2HandBack()).build());

	@Nullable ValueSerializer<?> find(Class<?> type) {
		return JsonSerializable.class.isAssignableFrom(type) ? new Jackson2Serializer(this, new Serializable()) : null;
	}

	// Bridge to a serializer.
	@SuppressWarnings("unchecked")
	ValueSerializer<?> serializer(Class<?> type) {
		return new Jackson2Serializer(this, (JsonSerializer<Object>) ClassUtil.createInstance(type, true));
	}

	SerializerProvider provider() {
		return this.mapper.obtain().getSerializerProviderInstance();
	}

	// A property as Jackson 2 sees it, for serializers that ask for its annotations.
	BeanProperty property(Member member) {
		JavaType type = this.mapper.obtain().constructType(member.getDeclaringClass());
		for (BeanPropertyDefinition definition : this.mapper.obtain()
			.getSerializationConfig()
			.introspect(type)
			.findProperties()) {
			AnnotatedMember accessor = accessor(definition, member);
			if (accessor != null) {
				return new BeanProperty.Std(definition.getFullName(), accessor.getType(), definition.getWrapperName(),
						accessor, definition.getMetadata());
			}
		}
		throw new IllegalStateException("Jackson 2 does not see the property");
	}

	private static @Nullable AnnotatedMember accessor(BeanPropertyDefinition definition, Member member) {
		boolean field = definition.getField() != null && member.equals(definition.getField().getMember());
		boolean getter = definition.getGetter() != null && member.equals(definition.getGetter().getMember());
		return (field || getter) ? definition.getAccessor() : null;
	}

	/**
	 * Writes what writes itself.
	 */
	private static final class Serializable extends JsonSerializer<Object> {

		@Override
		public void serialize(Object value, com.fasterxml.jackson.core.JsonGenerator json, SerializerProvider provider)
				throws java.io.IOException {
			((JsonSerializable) value).serialize(json, provider);
		}

	}

}
