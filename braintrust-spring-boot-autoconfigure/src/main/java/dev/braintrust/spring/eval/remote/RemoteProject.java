package dev.braintrust.spring.eval.remote;

import java.net.URI;
import java.util.Map;

import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.ExperimentRunner;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals.GuestRun;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.ProjectSettings.Export;
import dev.braintrust.spring.settings.ProjectSettings.Parent;
import org.jspecify.annotations.Nullable;

/**
 * A project with evaluations that can be run remotely.
 *
 * @param api Braintrust's API with the key of the project
 * @param experiments runs the experiments of all projects
 * @param evals its evaluations by name
 */
record RemoteProject(ProjectSettings settings, ProjectApi api, DefaultBraintrustEvals experiments,
		Map<String, Eval<?, ?, ?>> evals) {

	private static final String PLACE = "the caller of a remote evaluation";

	String key() {
		return this.settings.key();
	}

	@Nullable Eval<?, ?, ?> eval(String name) {
		return this.evals.get(name);
	}

	// Return the URL of Braintrust's application for the project.
	URI application() {
		return this.settings.appUrl();
	}

	// Return the settings of the project with another key. The application's own export
	// endpoint and headers are removed: they are not for callers.
	ProjectSettings as(String token, String organization, Parent parent) {
		Export export = this.settings.export();
		return new ProjectSettings(key(), parent, this.settings.enabled(), new ApiKey(token, PLACE, true),
				this.settings.apiUrl(), this.settings.appUrl(), organization, this.settings.capture(), 1,
				this.settings.attachments(), this.settings.correlation(), new Export(export.timeout(), null, Map.of(),
						export.compression(), export.compressionLevel(), export.connection()),
				this.settings.environment());
	}

	ProjectApi api(ProjectSettings settings) {
		return this.experiments.api(settings);
	}

	ExperimentRunner runner(GuestRun guest) {
		return this.experiments.runner(key(), guest);
	}

}
