package dev.braintrust.spring.prompt;

import org.jspecify.annotations.Nullable;

/**
 * A prompt could not be loaded, and it has no usable fallback.
 *
 * @see PromptRequest#fallback(String)
 */
public final class PromptUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what failed
	 * @param cause why, or {@code null}
	 */
	public PromptUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
