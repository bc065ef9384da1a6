package dev.braintrust.spring.ai.http;

/**
 * The error message of a provider that refuses a request. It is recorded but never
 * thrown; the client creates its own exception from the same answer.
 */
final class ProviderException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ProviderException(String message) {
		super(message, null, false, false);
	}

}
