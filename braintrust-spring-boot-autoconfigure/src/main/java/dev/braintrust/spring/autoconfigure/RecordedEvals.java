package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;

import org.springframework.core.env.StandardEnvironment;

/**
 * Makes evaluations without an application context, for tests.
 */
public final class RecordedEvals {

	private RecordedEvals() {
	}

	// Their properties come from the process. They have no key to send anything with.
	public static ProjectEvals of(BraintrustProjects projects, String key) {
		return new DefaultBraintrustEvals(projects, new ProjectApis(() -> new HttpClients(null)),
				EvalBeans.settings(new StandardEnvironment(), true).unsent(), null)
			.of(key);
	}

}
