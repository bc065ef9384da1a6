package dev.braintrust.spring.prompt.load;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.braintrust.spring.prompt.PromptUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a prompt was not loaded.
 */
final class PromptFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient PromptUnavailableException exception;

	private final boolean passing;

	PromptFailure(PromptUnavailableException exception, boolean passing) {
		super(exception);
		this.exception = exception;
		this.passing = passing;
	}

	static PromptFailure of(@Nullable Throwable thrown) {
		Throwable cause = thrown;
		while (cause instanceof CompletionException || cause instanceof ExecutionException) {
			cause = cause.getCause();
		}
		return (cause instanceof PromptFailure failure) ? failure
				: new PromptFailure(new PromptUnavailableException("A prompt could not be loaded", cause), false);
	}

	PromptUnavailableException exception() {
		return this.exception;
	}

	// Whether the failure is temporary, so that a later attempt may succeed.
	boolean passing() {
		return this.passing;
	}

}
