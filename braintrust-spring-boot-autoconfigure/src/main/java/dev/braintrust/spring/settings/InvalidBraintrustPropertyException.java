package dev.braintrust.spring.settings;

/**
 * Thrown at startup if a property has an unusable value. The message never contains the
 * value, because it may be a secret.
 */
public class InvalidBraintrustPropertyException extends RuntimeException {

	private final String property;

	private final String reason;

	private final String action;

	public InvalidBraintrustPropertyException(String property, String reason, String action) {
		this("The property '" + property + "'", property, reason, action);
	}

	public InvalidBraintrustPropertyException(String subject, String property, String reason, String action) {
		super(subject + " " + reason);
		this.property = property;
		this.reason = reason;
		this.action = action;
	}

	/**
	 * The full name of the property, or of the variable that replaces it.
	 * @return the name, such as {@code braintrust.projects.support.api-key}
	 */
	public String getProperty() {
		return this.property;
	}

	/**
	 * The reason why the value cannot be used.
	 * @return the predicate of a sentence whose subject is the property
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * How to fix the value.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

}
