package dev.braintrust.spring.content.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.ser.BeanPropertyWriter;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * A class whose objects may load what they do not have: one that JPA persists, or what
 * can be iterated and is no collection, such as a cursor. Of its getters those count that
 * return a field: what another computes may load.
 */
final class LazyType {

	private static final String PERSISTENCE = "jakarta.persistence.";

	private static final List<String> ANNOTATIONS = List.of(PERSISTENCE + "Entity", PERSISTENCE + "MappedSuperclass",
			PERSISTENCE + "Embeddable");

	// What the proxies of Hibernate add.
	private static final List<String> OF_PROXIES = List.of("getHibernateLazyInitializer");

	private final Class<?> type;

	private LazyType(Class<?> type) {
		this.type = type;
	}

	static @Nullable LazyType of(Class<?> type) {
		if (Iterable.class.isAssignableFrom(type) && !Collection.class.isAssignableFrom(type)) {
			return new LazyType(type);
		}
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			for (Annotation annotation : each.getAnnotations()) {
				if (ANNOTATIONS.contains(annotation.annotationType().getName())) {
					return new LazyType(type);
				}
			}
		}
		return null;
	}

	boolean isState(BeanPropertyWriter property) {
		AnnotatedMember member = property.getMember();
		if (!(member instanceof AnnotatedMethod method)) {
			return true;
		}
		String name = method.getName();
		if (OF_PROXIES.contains(name)) {
			return false;
		}
		return isField(attribute(name)) || isField(name) || property.getAnnotation(JsonProperty.class) != null
				|| isPersistent(method.getAnnotated());
	}

	private boolean isField(String name) {
		return ReflectionUtils.findField(this.type, name) != null;
	}

	private static boolean isPersistent(AnnotatedElement getter) {
		for (Annotation annotation : getter.getAnnotations()) {
			if (annotation.annotationType().getName().startsWith(PERSISTENCE)) {
				return true;
			}
		}
		return false;
	}

	// The name of the attribute that a field or a getter stands for.
	static String attribute(String member) {
		for (String prefix : List.of("get", "is")) {
			if (member.length() > prefix.length() && member.startsWith(prefix)
					&& Character.isUpperCase(member.charAt(prefix.length()))) {
				return StringUtils.uncapitalizeAsProperty(member.substring(prefix.length()));
			}
		}
		return member;
	}

}
