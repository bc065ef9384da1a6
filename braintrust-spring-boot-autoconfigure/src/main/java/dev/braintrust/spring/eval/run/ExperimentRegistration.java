package dev.braintrust.spring.eval.run;

import java.nio.file.Path;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.Login;
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.data.Dataset.DatasetVersion;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.trace.RowTracer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import org.springframework.util.Assert;

/**
 * Registers the experiments of one project in Braintrust, before their first row. If that
 * fails, the experiment fails if sending is requested or required; otherwise it runs
 * without being sent.
 *
 * @see <a href="https://www.braintrust.dev/docs/api-reference">Braintrust's API,
 * {@code POST /v1/experiment}</a>
 */
final class ExperimentRegistration {

	private static final Log logger = LogFactory.getLog(ExperimentRegistration.class);

	private static final String PATH = "/v1/experiment";

	private final Project project;

	private final ProjectApi api;

	private final RunSettings settings;

	private final boolean required;

	// If sending is required, a failed registration fails the experiment.
	ExperimentRegistration(Project project, ProjectApi api, RunSettings settings, boolean required) {
		this.project = project;
		this.api = api;
		this.settings = settings;
		this.required = required;
	}

	// Whether experiments will be sent, as far as known before their registration.
	boolean sends() {
		ProjectSettings project = this.project.settings();
		return this.settings.sends() && project.enabled() && project.apiKey() != null && this.project.isRecorded();
	}

	// Register an experiment. A base id names the experiment to compare with.
	RunTarget register(Plan<?, ?, ?> plan, @Nullable String baseId) {
		ProjectSettings project = this.project.settings();
		RunTarget local = new RunTarget(project.key(), plan.name(), null, null);
		if (project.apiKey() == null) {
			Assert.state(!this.settings.asksToSend() || !project.enabled(),
					() -> "The experiment '" + plan.name() + "' cannot be sent: the " + "Braintrust project '"
							+ project.key() + "' has no API key. Set 'braintrust.projects." + project.key()
							+ ".api-key', or remove 'braintrust.evals.send'.");
			return local;
		}
		if (!sends()) {
			return local;
		}
		try {
			return registered(plan, baseId);
		}
		catch (ApiFailure ex) {
			String message = "The experiment '" + plan.name() + "' cannot be registered in Braintrust with the API "
					+ "key of " + project.apiKey().place() + ". " + ex.getMessage() + ".";
			if (this.required || this.settings.asksToSend()) {
				throw new IllegalStateException(message, ex);
			}
			logger.warn(message + " It only runs locally; its result has all rows.");
			return local;
		}
	}

	private RunTarget registered(Plan<?, ?, ?> plan, @Nullable String baseId) {
		String projectId = this.api.projectId();
		Login.Organization organization = organization();
		ObjectNode body = body(plan, projectId, baseId);
		ObjectNode repository = (organization != null)
				? GitRepository.info(organization.gitMetadata(), Path.of("").toAbsolutePath()) : null;
		if (repository != null) {
			body.set("repo_info", repository);
		}
		JsonNode answer = this.api.post(PATH, body);
		// Braintrust adds a suffix to a name that is already used.
		String name = answer.path("name").asString(plan.name());
		String id = answer.path("id").asString("");
		if (id.isEmpty()) {
			throw this.api.withoutId(PATH);
		}
		warnOfMissingContent(name);
		return new RunTarget(this.project.settings().key(), name, id,
				this.project.pages().experiment(id, (organization != null) ? organization.name() : null));
	}

	private void warnOfMissingContent(String name) {
		ProjectSettings.Capture capture = this.project.settings().capture();
		if (!capture.input() || !capture.output()) {
			logger.warn("The experiment '" + name + "' of the Braintrust project '" + this.project.settings().key()
					+ "' shows scores without the content of its rows, or without a part of it, because 'capture' "
					+ "leaves it out. Braintrust compares experiments by the inputs of their rows.");
		}
	}

	// Without the organization, the experiment only lacks its Git metadata and perhaps
	// its URL.
	private Login.@Nullable Organization organization() {
		try {
			return this.api.organization();
		}
		catch (ApiFailure ex) {
			return null;
		}
	}

	// Without 'ensure_new' the rows would be added to an existing experiment of the
	// same name.
	private ObjectNode body(Plan<?, ?, ?> plan, String projectId, @Nullable String baseId) {
		ObjectNode body = JsonNodeFactory.instance.objectNode()
			.put("project_id", projectId)
			.put("name", plan.name())
			.put("ensure_new", true);
		if (plan.description() != null) {
			body.put("description", plan.description());
		}
		if (!plan.tags().isEmpty()) {
			plan.tags().forEach(body.putArray("tags")::add);
		}
		if (!plan.metadata().isEmpty() || !plan.parameters().asMap().isEmpty()) {
			body.set("metadata", metadata(plan));
		}
		DatasetVersion dataset = plan.cases().version();
		if (dataset != null) {
			body.put("dataset_id", dataset.id());
			if (dataset.version() != null) {
				body.put("dataset_version", dataset.version());
			}
		}
		if (baseId != null) {
			body.put("base_exp_id", baseId);
		}
		return body;
	}

	private ObjectNode metadata(Plan<?, ?, ?> plan) {
		ObjectNode metadata = JsonNodeFactory.instance.objectNode();
		if (!plan.parameters().asMap().isEmpty()) {
			metadata.set("parameters", json(plan.parameters().asMap()));
		}
		plan.metadata()
			.forEach((key, value) -> metadata.set(key,
					(value != null) ? json(value) : JsonNodeFactory.instance.nullNode()));
		return metadata;
	}

	private JsonNode json(Object value) {
		return JsonNodeFactory.instance.rawValueNode(new RawValue(RowTracer.json(this.project, value)));
	}

}
