package dev.braintrust.spring.autoconfigure.diagnostics;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an {@link InvalidBraintrustPropertyException}.
 */
class InvalidBraintrustPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidBraintrustPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidBraintrustPropertyException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.getAction(), cause);
	}

}
