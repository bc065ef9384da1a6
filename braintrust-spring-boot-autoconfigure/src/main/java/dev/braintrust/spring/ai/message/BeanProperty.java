package dev.braintrust.spring.ai.message;

import java.beans.PropertyDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;

/**
 * Reads a public property of an object whose class this library is not compiled against:
 * the options, the messages and the usage of those of Spring AI's models that few
 * applications have.
 */
public final class BeanProperty {

	private BeanProperty() {
	}

	public static @Nullable Object read(Object bean, String name) {
		PropertyDescriptor property = BeanUtils.getPropertyDescriptor(bean.getClass(), name);
		if (property == null || property.getReadMethod() == null
				|| !Modifier.isPublic(property.getReadMethod().getDeclaringClass().getModifiers())) {
			return null;
		}
		try {
			return property.getReadMethod().invoke(bean);
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			return null;
		}
	}

}
