package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Map;

import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.autoconfigure.properties.KnownKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.OneLine;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/**
 * Explains the exceptions of the starter that stop an application.
 */
class StartupFailureAnalyzer implements FailureAnalyzer {

	private final Environment environment;

	StartupFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InvalidBraintrustPropertyException invalid) {
				return new FailureAnalysis(OneLine.of(String.valueOf(invalid.getMessage())) + ".",
						OneLine.of(invalid.getAction()), invalid);
			}
			if (cause instanceof NoSuchBraintrustProjectException missing) {
				return unknownKey(failure, missing);
			}
		}
		return null;
	}

	private FailureAnalysis unknownKey(Throwable failure, NoSuchBraintrustProjectException missing) {
		String beanName = beanName(failure);
		String who = (beanName != null) ? "The bean '" + beanName + "'" : "Code that runs at startup";
		return new FailureAnalysis(who + " asks for the Braintrust project '" + OneLine.of(missing.getKey())
				+ "', but no project with that key is declared.", remedy(missing), missing);
	}

	// The registry may be one of a test, with other projects than those that are
	// declared.
	private String remedy(NoSuchBraintrustProjectException missing) {
		Map<String, String> names = ProjectKeys.read(this.environment).names();
		return names.keySet().equals(missing.getKnownKeys()) ? KnownKeys.remedy(missing.getKey(), names)
				: KnownKeys.remedy(missing.getKey(), missing.getKnownKeys());
	}

	private static @Nullable String beanName(Throwable failure) {
		String name = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BeanCreationException creation && creation.getBeanName() != null) {
				name = creation.getBeanName();
			}
		}
		return name;
	}

}
