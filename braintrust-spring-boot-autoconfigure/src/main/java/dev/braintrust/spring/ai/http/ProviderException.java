package dev.braintrust.spring.ai.http;

/**
 * What a provider says when it refuses a request. Nobody throws it; a client makes an
 * exception of its own of the same answer.
 */
final class ProviderException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ProviderException(String message) {
		super(message, null, false, false);
	}

}
