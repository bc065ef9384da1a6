package dev.braintrust.spring.eval;

import java.util.Map;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.score.EvalParameters;
import org.jspecify.annotations.Nullable;

/**
 * The current row of a task: its trial, its metadata and its span.
 *
 * @see CasesSpec#taskWithRow(EvalTask.WithRow)
 */
public interface EvalRow {

	/**
	 * The position of the case in the experiment.
	 * @return the position, from 0
	 */
	int index();

	/**
	 * The number of this trial of the case.
	 * @return the number, from 0
	 */
	int trial();

	/**
	 * The number of this attempt of the trial.
	 * @return the number, from 0
	 */
	int attempt();

	/**
	 * The metadata of the case and the fields that were added to this row.
	 * @return the metadata
	 */
	Map<String, @Nullable Object> metadata();

	/**
	 * Add a field to the metadata of the row.
	 * @param key the name of the field
	 * @param value the value, any JSON
	 * @return this row
	 */
	EvalRow metadata(String key, @Nullable Object value);

	/**
	 * Add tags to the row.
	 * @param tags the tags
	 * @return this row
	 */
	EvalRow tags(String... tags);

	/**
	 * The parameters of the experiment.
	 * @return the parameters
	 */
	EvalParameters parameters();

	/**
	 * The span of the task.
	 * @return the span
	 */
	ProjectSpan span();

}
