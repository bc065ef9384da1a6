package dev.braintrust.spring.eval.run;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Where an experiment goes: to Braintrust, or nowhere but into its result.
 *
 * @param project the key of the project
 * @param name the name of the experiment
 * @param id its id in Braintrust, if it is sent
 * @param url its page, if that is known
 */
record RunTarget(String project, String name, @Nullable String id, @Nullable URI url) {

	// What the spans of the experiment carry. One that is not sent has no id.
	String parent() {
		return (this.id != null) ? "experiment_id:" + this.id : "experiment_name:" + this.name;
	}

	boolean isSent() {
		return this.id != null;
	}

}
