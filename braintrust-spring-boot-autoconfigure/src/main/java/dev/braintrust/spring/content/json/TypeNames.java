package dev.braintrust.spring.content.json;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Tells classes by the names of all that they extend and implement, since those may not
 * be on the class path.
 */
public final class TypeNames {

	private TypeNames() {
	}

	// Whether a class has a name, or something that it extends or implements has.
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

}
