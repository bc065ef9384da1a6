package dev.braintrust.spring.ai;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import reactor.core.Exceptions;

import org.springframework.ai.tool.execution.ToolExecutionException;

/**
 * Finds the error of a span behind its wrappers. A wrapper is an exception that only
 * carries another one from a thread, a proxy, a tool or a stream to the caller.
 */
public final class Failure {

	private static final int MAX_WRAPPERS = 20;

	private Failure() {
	}

	public static Throwable unwrap(Throwable failure) {
		Throwable unwrapped = failure;
		for (int i = 0; i < MAX_WRAPPERS && isWrapper(unwrapped); i++) {
			Throwable cause = unwrapped.getCause();
			if (cause == null || cause == unwrapped) {
				return unwrapped;
			}
			unwrapped = cause;
		}
		return unwrapped;
	}

	private static boolean isWrapper(Throwable failure) {
		return failure instanceof CompletionException || failure instanceof ExecutionException
				|| failure instanceof ToolExecutionException || failure instanceof UndeclaredThrowableException
				|| failure instanceof InvocationTargetException || Exceptions.isRetryExhausted(failure)
				|| Exceptions.unwrap(failure) != failure;
	}

}
