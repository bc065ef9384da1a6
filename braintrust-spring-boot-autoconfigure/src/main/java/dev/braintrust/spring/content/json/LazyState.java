package dev.braintrust.spring.content.json;

import org.hibernate.Hibernate;

import org.springframework.util.ClassUtils;

/**
 * Tells, where Hibernate is on the class path, what of an entity is not loaded, without
 * loading it.
 */
final class LazyState {

	private static final boolean HIBERNATE = ClassUtils.isPresent("org.hibernate.Hibernate",
			LazyState.class.getClassLoader());

	private LazyState() {
	}

	// Whether an entity or a collection is loaded.
	static boolean isLoaded(Object value) {
		return !HIBERNATE || OfHibernate.isLoaded(value);
	}

	// Whether an attribute of an entity is loaded. Only classes whose bytecode Hibernate
	// has enhanced have attributes that are not.
	static boolean isLoaded(Object bean, String attribute) {
		return !HIBERNATE || OfHibernate.isLoaded(bean, attribute);
	}

	/**
	 * Apart, so that no class of Hibernate is loaded where there is none.
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
