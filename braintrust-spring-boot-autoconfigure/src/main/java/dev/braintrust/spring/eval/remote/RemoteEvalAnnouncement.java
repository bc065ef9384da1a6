package dev.braintrust.spring.eval.remote;

import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/**
 * Warns at startup that remote callers can run code of the application.
 */
final class RemoteEvalAnnouncement implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(RemoteEvals.class);

	private final RemoteEvals evals;

	private final Environment environment;

	RemoteEvalAnnouncement(RemoteEvals evals, Environment environment) {
		this.evals = evals;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.evals.projects().isEmpty()) {
			logger.warn("Remote evaluations are on, but no bean of type Eval belongs to a Braintrust project.");
			return;
		}
		String names = this.evals.projects()
			.values()
			.stream()
			.map((project) -> String.join(", ", project.evals().keySet()) + " at " + contextPath() + this.evals.path()
					+ "/" + project.key() + "/")
			.collect(Collectors.joining("; "));
		logger
			.warn("Remote evaluations are on: everybody with a token that can read the Braintrust project can run code "
					+ "of this application. It serves: " + names
					+ ". To switch them off, set 'braintrust.evals.remote.enabled' to false.");
		this.evals.projects()
			.values()
			.stream()
			.filter((project) -> project.settings().apiKey() == null || !project.settings().enabled())
			.forEach((project) -> logger.warn("The evaluations of the Braintrust project '" + project.key()
					+ "' cannot be run remotely, since the project "
					+ (project.settings().enabled() ? "has no API key." : "is off.")));
	}

	private String contextPath() {
		return this.environment.getProperty("server.servlet.context-path",
				this.environment.getProperty("spring.webflux.base-path", ""));
	}

}
