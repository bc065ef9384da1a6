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
 * @param elsewhere what its spans carry if it is no experiment of its own
 */
record RunTarget(String project, String name, @Nullable String id, @Nullable URI url, @Nullable String elsewhere) {

	RunTarget(String project, String name, @Nullable String id, @Nullable URI url) {
		this(project, name, id, url, null);
	}

	// What the spans of the experiment carry. One that is not sent has no id.
	String parent() {
		if (this.elsewhere != null) {
			return this.elsewhere;
		}
		return (this.id != null) ? "experiment_id:" + this.id : "experiment_name:" + this.name;
	}

	boolean isSent() {
		return this.id != null || this.elsewhere != null;
	}

}
