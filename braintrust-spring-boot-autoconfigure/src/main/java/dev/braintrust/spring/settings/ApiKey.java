package dev.braintrust.spring.settings;

import org.jspecify.annotations.Nullable;

/**
 * An API key that does not show itself. Two are equal if their values are, wherever they
 * were set.
 *
 * @param value the key
 * @param place where it was set, such as
 * {@code the environment variable 'BRAINTRUST_API_KEY'}
 */
public record ApiKey(String value, String place) {

	public ApiKey(String value) {
		this(value, "the property 'braintrust.api-key'");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ApiKey key && this.value.equals(key.value);
	}

	@Override
	public int hashCode() {
		return this.value.hashCode();
	}

	@Override
	public String toString() {
		return "******";
	}

}
