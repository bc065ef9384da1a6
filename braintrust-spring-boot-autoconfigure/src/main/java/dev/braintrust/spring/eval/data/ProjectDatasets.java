package dev.braintrust.spring.eval.data;

import dev.braintrust.spring.api.ProjectApi;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Access to the cases of a project in Braintrust: its datasets and its logs.
 *
 * <pre>
 * evals.experiment("refunds").cases(evals.datasets().named("tickets"))
 * </pre>
 */
public final class ProjectDatasets {

	private final String project;

	private final ProjectApi api;

	private final @Nullable String orgName;

	/**
	 * Used by the starter; {@code ProjectEvals.datasets()} creates one for you.
	 * @param project the key of the project
	 * @param api the API of Braintrust for the project
	 * @param orgName the name of the organization, or {@code null}
	 */
	public ProjectDatasets(String project, ProjectApi api, @Nullable String orgName) {
		this.project = project;
		this.api = api;
		this.orgName = orgName;
	}

	/**
	 * A dataset with texts as inputs and expected outputs.
	 * @param name the name of the dataset
	 * @return the dataset, at the version that it has when an experiment begins
	 * @see #named(String, Class, Class)
	 */
	public BraintrustDataset<String, String> named(String name) {
		return named(name, String.class, String.class);
	}

	/**
	 * A dataset. No request is sent to Braintrust before it is used.
	 * @param name the name of the dataset
	 * @param input the type of the inputs
	 * @param expected the type of the expected outputs
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the dataset, at the version that it has when an experiment begins
	 */
	public <I, E> BraintrustDataset<I, E> named(String name, Class<I> input, Class<E> expected) {
		Assert.hasText(name, "'name' must not be empty");
		StoredDataset stored = new StoredDataset(this.project, this.api, this.orgName, name);
		return new BraintrustDataset<>(stored, input, expected, DatasetSelection.NONE);
	}

	/**
	 * The root spans in the logs of the project as cases: the input of the root is the
	 * input, and its output is the expected output. Roots without an input are skipped.
	 * @param filter the filter in Braintrust's query language, such as
	 * {@code "scores.rating = 1 and created > now() - interval 7 day"}
	 * @param input the type of the inputs
	 * @param expected the type of the outputs
	 * @param <I> the type of the inputs
	 * @param <E> the type of the outputs
	 * @return the cases, newest first, read at the start of an experiment
	 * @see <a href="https://www.braintrust.dev/docs/reference/btql">Braintrust's query
	 * language</a>
	 */
	public <I, E> Dataset<I, E> logs(String filter, Class<I> input, Class<E> expected) {
		Assert.hasText(filter, "'filter' must not be empty");
		return new ProjectLogs<>(this.project, this.api, filter, input, expected);
	}

}
