package dev.braintrust.spring.autoconfigure.diagnostics;

/**
 * Thrown at startup where a bean of the application has the key of a project as its name
 * and could be injected for that project by mistake.
 */
class ProjectBeanNameException extends RuntimeException {

	private final String key;

	private final Class<?> beanType;

	ProjectBeanNameException(String key, Class<?> beanType) {
		super("The bean '" + key + "' of type " + beanType.getName()
				+ " has the key of a Braintrust project as its name");
		this.key = key;
		this.beanType = beanType;
	}

	String getKey() {
		return this.key;
	}

	Class<?> getBeanType() {
		return this.beanType;
	}

}
