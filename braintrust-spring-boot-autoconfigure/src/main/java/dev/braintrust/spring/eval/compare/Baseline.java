package dev.braintrust.spring.eval.compare;

import java.nio.file.Path;

import org.springframework.util.Assert;

/**
 * The scores that an experiment is compared with:
 *
 * <pre class="code">
 * .baseline(Baseline.file("src/test/evals/refunds.json"))
 * </pre>
 *
 * Rows are compared if their inputs are equal as JSON. The order of properties does not
 * matter.
 */
public sealed interface Baseline permits BaselineFile, BaselineExperiment {

	/**
	 * The name of the baseline, for people.
	 * @return the name
	 */
	String name();

	/**
	 * A file in your repository. A run with {@code braintrust.evals.bless=true} writes
	 * it, unless a row failed or the run did not have all cases. Commit the file: its
	 * diff shows the changes of your scores.
	 * @param file the path of the file, such as {@code src/test/evals/refunds.json}
	 * @return the baseline
	 */
	static Baseline file(String file) {
		Assert.hasText(file, "'file' must not be empty");
		return file(Path.of(file));
	}

	/**
	 * A file in your repository.
	 * @param file the path of the file
	 * @return the baseline
	 * @see #file(String)
	 */
	static Baseline file(Path file) {
		Assert.notNull(file, "'file' must not be null");
		return new BaselineFile(file);
	}

	/**
	 * An experiment of the same project in Braintrust. Its rows are read before the first
	 * row runs.
	 * @param nameOrId the name or the id of the experiment
	 * @return the baseline
	 */
	static Baseline experiment(String nameOrId) {
		Assert.hasText(nameOrId, "'nameOrId' must not be empty");
		return new BaselineExperiment(nameOrId);
	}

	/**
	 * The latest experiment of the same project in Braintrust with the same name, with or
	 * without the suffix that Braintrust adds.
	 * @return the baseline
	 */
	static Baseline latest() {
		return new BaselineExperiment(null);
	}

}
