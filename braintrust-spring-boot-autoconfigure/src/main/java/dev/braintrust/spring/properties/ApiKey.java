package dev.braintrust.spring.properties;

/**
 * An API key that does not show itself.
 *
 * @param value the key
 */
public record ApiKey(String value) {

	@Override
	public String toString() {
		return "******";
	}

}
