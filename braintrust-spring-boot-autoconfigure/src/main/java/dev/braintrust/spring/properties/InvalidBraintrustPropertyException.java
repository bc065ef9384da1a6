package dev.braintrust.spring.properties;

/**
 * Thrown at startup where a property has a value that cannot be used. The value itself is
 * in no message: it may be a secret.
 */
public class InvalidBraintrustPropertyException extends RuntimeException {

	private final String property;

	private final String reason;

	private final String action;

	public InvalidBraintrustPropertyException(String property, String reason, String action) {
		super("The property '" + property + "' " + reason);
		this.property = property;
		this.reason = reason;
		this.action = action;
	}

	/**
	 * The whole name of the property.
	 * @return the name, such as {@code braintrust.projects.support.api-key}
	 */
	public String getProperty() {
		return this.property;
	}

	/**
	 * What is wrong with it.
	 * @return the predicate of a sentence whose subject is the property
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * How to mend it.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

}
