package dev.braintrust.spring.eval.run;

import dev.braintrust.spring.BraintrustProjects;

/**
 * What the scorers of an experiment call.
 *
 * @param projects the projects of the application
 * @param target where the experiment goes
 */
record ScorerCalls(BraintrustProjects projects, RunTarget target) {

	// Trace what a scorer calls, also a client that belongs to another project: what a
	// judge says is part of the experiment.
	<T> T traced(String name, T client) {
		try {
			return this.projects.instrument(this.target.project(), name, client);
		}
		catch (IllegalArgumentException ex) {
			return client;
		}
	}

}
