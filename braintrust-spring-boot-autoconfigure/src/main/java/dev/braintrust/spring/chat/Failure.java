package dev.braintrust.spring.chat;

import java.util.concurrent.CompletionException;

import org.springframework.ai.tool.execution.ToolExecutionException;

/**
 * Finds the error that a wrapper hides.
 */
final class Failure {

	private Failure() {
	}

	static Throwable unwrap(Throwable failure) {
		boolean wrapper = failure instanceof CompletionException || failure instanceof ToolExecutionException;
		return (wrapper && failure.getCause() != null) ? unwrap(failure.getCause()) : failure;
	}

}
