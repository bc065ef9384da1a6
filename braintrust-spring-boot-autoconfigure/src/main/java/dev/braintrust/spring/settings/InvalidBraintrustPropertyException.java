package dev.braintrust.spring.settings;

/**
 * Thrown at startup where a property has a value that cannot be used. The value itself is
 * in no message: it may be a secret.
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
	 * The whole name of the property, or of the variable that stands in its place.
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
