package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;

import org.springframework.core.env.StandardEnvironment;

/**
 * Creates evaluations without an application context, for tests.
 */
public final class RecordedEvals {

	private RecordedEvals() {
	}

	// Reads properties from system properties and environment variables only. Nothing is
	// sent, because there is no API key.
	public static ProjectEvals of(BraintrustProjects projects, String key) {
		return new DefaultBraintrustEvals(projects, new ProjectApis(() -> new HttpClients(null)),
				EvalBeans.settings(new StandardEnvironment(), true).unsent(), null)
			.of(key);
	}

}
