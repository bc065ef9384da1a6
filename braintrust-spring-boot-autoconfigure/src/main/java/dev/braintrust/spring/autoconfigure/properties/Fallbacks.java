package dev.braintrust.spring.autoconfigure.properties;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;

/**
 * Fills the properties of one level in from the next one, by their names.
 */
final class Fallbacks {

	// There may be a thousand projects, and the JVM makes these anew each time.
	private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
		@Override
		protected Shape computeValue(Class<?> type) {
			return new Shape(BeanUtils.getResolvableConstructor(type), type.getRecordComponents());
		}
	};

	private Fallbacks() {
	}

	// What is set on a level, and what is set on the next one where that says nothing.
	static <T extends Record> T fill(T level, Record next) {
		return fill(level, next, "", (name) -> null);
	}

	// The same, where the property of a prefix and a name may be told in another way if
	// it is a blank text on the next level.
	@SuppressWarnings("unchecked")
	static <T extends Record> T fill(T level, Record next, String prefix, UnaryOperator<@Nullable String> blank) {
		Shape shape = SHAPES.get(level.getClass());
		@Nullable Object[] values = new @Nullable Object[shape.components().length];
		for (int i = 0; i < values.length; i++) {
			values[i] = fill(shape.components()[i], level, next, prefix, blank);
		}
		return (T) BeanUtils.instantiateClass(shape.constructor(), values);
	}

	private static @Nullable Object fill(RecordComponent component, Record level, Record next, String prefix,
			UnaryOperator<@Nullable String> blank) {
		Object value = ReflectionUtils.invokeMethod(component.getAccessor(), level);
		Method accessor = ReflectionUtils.findMethod(next.getClass(), component.getName());
		Object nextValue = (accessor != null) ? ReflectionUtils.invokeMethod(accessor, next) : null;
		if (value == nextValue && !isUnset(value)) {
			return value;
		}
		if (value instanceof Record group && nextValue instanceof Record nextGroup) {
			return fill(group, nextGroup, prefix + component.getName() + ".", blank);
		}
		if (value instanceof Map<?, ?> entries && nextValue instanceof Map<?, ?> others) {
			Map<Object, Object> all = new LinkedHashMap<>(others);
			all.putAll(entries);
			return all;
		}
		if (!isUnset(value) || nextValue == null) {
			return isUnset(value) ? null : value;
		}
		return isUnset(nextValue) ? blank.apply(prefix + DataObjectPropertyName.toDashedForm(component.getName()))
				: nextValue;
	}

	static boolean isUnset(@Nullable Object value) {
		return value == null || (value instanceof String text && text.isBlank());
	}

	private record Shape(Constructor<?> constructor, RecordComponent[] components) {

	}

}
