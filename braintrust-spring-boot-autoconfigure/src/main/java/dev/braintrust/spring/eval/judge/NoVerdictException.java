package dev.braintrust.spring.eval.judge;

import java.util.Collection;

/**
 * Thrown if the answer of a judge does not contain any of the choices. The answer is
 * content, so the message does not quote it.
 */
public final class NoVerdictException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String answer;

	public NoVerdictException(String answer, Collection<String> choices) {
		super("The answer of the judge does not contain any of the choices " + String.join(", ", choices));
		this.answer = answer;
	}

	public String answer() {
		return this.answer;
	}

}
