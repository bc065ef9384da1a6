package dev.braintrust.spring.autoconfigure;

import java.util.Collection;

import dev.braintrust.spring.NoSuchBraintrustProjectException;

/**
 * Creates the failure for a key that is not declared. It is a separate class because the
 * JVM loads the exceptions that a class throws when it verifies that class, which would
 * be at every start.
 */
final class UnknownKey {

	private UnknownKey() {
	}

	static RuntimeException failure(String key, Collection<String> declared) {
		return new NoSuchBraintrustProjectException(key, declared);
	}

}
