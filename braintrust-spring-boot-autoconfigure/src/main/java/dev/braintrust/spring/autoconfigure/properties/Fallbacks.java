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
 * Fills the unset properties of one level with the properties of the same name from the
 * next level.
 */
final class Fallbacks {

	// Cached, because reflection copies them on each call and there may be a
	// thousand projects.
	private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
		@Override
		protected Shape computeValue(Class<?> type) {
			return new Shape(BeanUtils.getResolvableConstructor(type), type.getRecordComponents());
		}
	};

	private Fallbacks() {
	}

	// Return a copy of a level whose unset properties are filled from the next level.
	static <T extends Record> T fill(T level, Record next) {
		return fill(level, next, "", (name) -> null);
	}

	// The same. If a property is a blank text on the next level, its full name, with the
	// prefix, is passed to the function for another value.
	@SuppressWarnings("unchecked") // A record's constructor makes that record.
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
		// Groups and maps without a value are the same object on both levels.
		if (value instanceof Record group && nextValue instanceof Record nextGroup && group != nextGroup) {
			return fill(group, nextGroup, prefix + component.getName() + ".", blank);
		}
		if (value instanceof Map<?, ?> entries && nextValue instanceof Map<?, ?> others && entries != others) {
			Map<Object, Object> all = new LinkedHashMap<>(others);
			all.putAll(entries);
			return all;
		}
		if (!isUnset(value)) {
			return value;
		}
		return (nextValue instanceof String text && text.isBlank())
				? blank.apply(prefix + DataObjectPropertyName.toDashedForm(component.getName())) : nextValue;
	}

	static boolean isUnset(@Nullable Object value) {
		return value == null || (value instanceof String text && text.isBlank());
	}

	private record Shape(Constructor<?> constructor, RecordComponent[] components) {

	}

}
