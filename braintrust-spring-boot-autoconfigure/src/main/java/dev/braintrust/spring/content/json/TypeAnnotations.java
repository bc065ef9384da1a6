package dev.braintrust.spring.content.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.List;

/**
 * The annotations of a class, its fields and its methods, and of the classes above it.
 * They tell which library the class is made for.
 */
public final class TypeAnnotations {

	public static final List<String> JACKSON = List.of("com.fasterxml.jackson.", "tools.jackson.");

	private TypeAnnotations() {
	}

	// Whether there is an annotation of some packages.
	public static boolean areOf(Class<?> type, List<String> prefixes) {
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			if (isOf(each, prefixes) || areOf(each.getDeclaredFields(), prefixes)
					|| areOf(each.getDeclaredMethods(), prefixes)) {
				return true;
			}
		}
		return false;
	}

	private static boolean areOf(AnnotatedElement[] members, List<String> prefixes) {
		for (AnnotatedElement member : members) {
			if (isOf(member, prefixes)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isOf(AnnotatedElement element, List<String> prefixes) {
		for (Annotation annotation : element.getAnnotations()) {
			String name = annotation.annotationType().getName();
			if (prefixes.stream().anyMatch(name::startsWith)) {
				return true;
			}
		}
		return false;
	}

}
