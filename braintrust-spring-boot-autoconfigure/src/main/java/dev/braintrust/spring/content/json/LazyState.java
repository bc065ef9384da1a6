package dev.braintrust.spring.content.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hibernate.Hibernate;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.ser.BeanPropertyWriter;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Detects state that reading an object would load, without loading it: attributes of JPA
 * entities and embeddables, and the elements of an {@code Iterable} that is not a
 * collection, such as a cursor.
 */
final class LazyState {

	private static final String PERSISTENCE = "jakarta.persistence.";

	private static final List<String> ANNOTATIONS = List.of(PERSISTENCE + "Entity", PERSISTENCE + "MappedSuperclass",
			PERSISTENCE + "Embeddable");

	// The getter that Hibernate adds to its proxies.
	private static final String OF_PROXIES = "getHibernateLazyInitializer";

	private static final boolean HIBERNATE = ClassUtils.isPresent("org.hibernate.Hibernate",
			LazyState.class.getClassLoader());

	private LazyState() {
	}

	// Whether an entity or a collection is loaded.
	static boolean isLoaded(Object value) {
		return !HIBERNATE || OfHibernate.isLoaded(value);
	}

	// Whether an attribute of an entity is loaded. It may not be if Hibernate has
	// enhanced the bytecode of the class.
	static boolean isLoaded(Object bean, String attribute) {
		return !HIBERNATE || OfHibernate.isLoaded(bean, attribute);
	}

	// Whether objects of a class may load missing state.
	static boolean mayLoad(Class<?> type) {
		if (Iterable.class.isAssignableFrom(type) && !Collection.class.isAssignableFrom(type)) {
			return true;
		}
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			for (Annotation annotation : each.getAnnotations()) {
				if (ANNOTATIONS.contains(annotation.annotationType().getName())) {
					return true;
				}
			}
		}
		return false;
	}

	// Whether a property of a class that may load is backed by a field. A getter that
	// computes a value may load.
	static boolean isField(Class<?> type, BeanPropertyWriter property) {
		if (!(property.getMember() instanceof AnnotatedMethod method)) {
			return true;
		}
		String name = method.getName();
		if (OF_PROXIES.equals(name)) {
			return false;
		}
		return ReflectionUtils.findField(type, attribute(name)) != null || ReflectionUtils.findField(type, name) != null
				|| property.getAnnotation(JsonProperty.class) != null || isPersistent(method.getAnnotated());
	}

	private static boolean isPersistent(AnnotatedElement getter) {
		for (Annotation annotation : getter.getAnnotations()) {
			if (annotation.annotationType().getName().startsWith(PERSISTENCE)) {
				return true;
			}
		}
		return false;
	}

	// Return the attribute name of a field or getter.
	static String attribute(String member) {
		for (String prefix : List.of("get", "is")) {
			if (member.length() > prefix.length() && member.startsWith(prefix)
					&& Character.isUpperCase(member.charAt(prefix.length()))) {
				return StringUtils.uncapitalizeAsProperty(member.substring(prefix.length()));
			}
		}
		return member;
	}

	/**
	 * A separate class, so that no class of Hibernate is loaded if Hibernate is absent.
	 */
	private static final class OfHibernate {

		private OfHibernate() {
		}

		static boolean isLoaded(Object value) {
			return Hibernate.isInitialized(value);
		}

		static boolean isLoaded(Object bean, String attribute) {
			return Hibernate.isPropertyInitialized(bean, attribute);
		}

	}

}
