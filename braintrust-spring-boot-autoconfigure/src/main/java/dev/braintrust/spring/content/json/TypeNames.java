package dev.braintrust.spring.content.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Recognizes classes by the names of their supertypes and annotations, which may be
 * missing on the class path.
 */
public final class TypeNames {

	public static final List<String> JACKSON = List.of("com.fasterxml.jackson.", "tools.jackson.");

	private TypeNames() {
	}

	// Whether the name of a class or of one of its supertypes matches.
	public static boolean isNamed(@Nullable Class<?> type, Predicate<String> name) {
		if (type == null) {
			return false;
		}
		if (name.test(type.getName()) || isNamed(type.getSuperclass(), name)) {
			return true;
		}
		for (Class<?> above : type.getInterfaces()) {
			if (isNamed(above, name)) {
				return true;
			}
		}
		return false;
	}

	// Whether a class, a superclass, or one of their fields and methods has an annotation
	// from one of these packages. Such annotations show for which library a class
	// is made.
	public static boolean hasAnnotations(Class<?> type, List<String> packages) {
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			if (hasAnnotations(packages, each) || hasAnnotations(packages, each.getDeclaredFields())
					|| hasAnnotations(packages, each.getDeclaredMethods())) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasAnnotations(List<String> packages, AnnotatedElement... elements) {
		for (AnnotatedElement element : elements) {
			for (Annotation annotation : element.getAnnotations()) {
				String name = annotation.annotationType().getName();
				if (packages.stream().anyMatch(name::startsWith)) {
					return true;
				}
			}
		}
		return false;
	}

}
