package dev.braintrust.spring.eval.judge;

import java.util.Collection;

/**
 * A judge answered, and its answer does not contain any of the choices. What it said is
 * content, so it is no part of the message.
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
