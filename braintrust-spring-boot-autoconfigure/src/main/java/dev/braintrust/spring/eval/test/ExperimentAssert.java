package dev.braintrust.spring.eval.test;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.settings.Amount;
import org.assertj.core.api.AbstractAssert;

import org.springframework.util.Assert;

/**
 * Assertions for the result of an experiment.
 *
 * @see ExperimentAssertions
 */
public final class ExperimentAssert extends AbstractAssert<ExperimentAssert, ExperimentResult<?, ?, ?>> {

	ExperimentAssert(ExperimentResult<?, ?, ?> actual) {
		super(actual, ExperimentAssert.class);
	}

	/**
	 * Verify that no task and no scorer failed, and that all rows have run.
	 * @return this assertion
	 */
	public ExperimentAssert hasNoErrors() {
		return hasErrorsAtMost(0);
	}

	/**
	 * Verify that all rows have run, and that the task or a scorer failed in at most some
	 * of them.
	 * @param rows the maximum number of failed rows
	 * @return this assertion
	 */
	public ExperimentAssert hasErrorsAtMost(int rows) {
		isNotNull();
		if (this.actual.missing() > 0) {
			throw failed(Amount.of(this.actual.missing(), "row") + " did not run to the end", List.of());
		}
		int errors = this.actual.errors().size();
		if (errors > rows) {
			throw failed(errors + " of " + Amount.of(this.actual.rows().size(), "row") + " ended with errors"
					+ ((rows > 0) ? ", and not at most " + rows : ""), this.actual.errors());
		}
		return this;
	}

	/**
	 * Verify that Braintrust has accepted the experiment with all its rows.
	 * @return this assertion
	 */
	public ExperimentAssert wasSent() {
		isNotNull();
		if (!this.actual.sent()) {
			throw failed(
					(this.actual.id() != null) ? "Not all of the experiment has arrived in Braintrust"
							: "The experiment was not sent to Braintrust. In a test, set braintrust.evals.send=true.",
					List.of());
		}
		return this;
	}

	/**
	 * Verify that no row uses more tokens. The prompt and completion tokens of all its
	 * model calls count.
	 * @param perRow the maximum number of tokens of a row
	 * @return this assertion
	 */
	public ExperimentAssert usesTokensAtMost(long perRow) {
		isNotNull();
		if (this.actual.rows().stream().allMatch((row) -> row.traceId() == null)) {
			throw failed("Nothing is known about tokens, since no spans were recorded", List.of());
		}
		List<? extends RowResult<?, ?, ?>> above = this.actual.rows()
			.stream()
			.filter((row) -> row.usage().tokens() > perRow)
			.sorted(Comparator.<RowResult<?, ?, ?>>comparingLong((row) -> row.usage().tokens()).reversed())
			.toList();
		if (!above.isEmpty()) {
			throw failed("More than " + perRow + " tokens are used by " + Amount.of(above.size(), "row")
					+ ", and at most " + above.get(0).usage().tokens(), above);
		}
		return this;
	}

	/**
	 * Verify that a share of the tasks takes at most a duration.
	 * @param duration the maximum duration
	 * @param quantile the share, from 0 to 1, such as 0.95 for 95 % of the rows
	 * @return this assertion
	 */
	public ExperimentAssert takesAtMost(Duration duration, double quantile) {
		Assert.isTrue(quantile > 0 && quantile <= 1, "'quantile' must be above 0 and not above 1");
		isNotNull();
		List<? extends RowResult<?, ?, ?>> slowestFirst = this.actual.rows()
			.stream()
			.sorted(Comparator.<RowResult<?, ?, ?>, Duration>comparing(RowResult::duration).reversed())
			.toList();
		if (slowestFirst.isEmpty()) {
			throw failed("There are no rows", List.of());
		}
		int rank = (int) Math.ceil(quantile * slowestFirst.size() - 1e-9);
		Duration taken = slowestFirst.get(slowestFirst.size() - rank).duration();
		if (taken.compareTo(duration) > 0) {
			throw failed(String.format(Locale.ROOT, "%.0f %% of the tasks take %d ms, and not at most %d ms",
					100 * quantile, taken.toMillis(), duration.toMillis()), slowestFirst);
		}
		return this;
	}

	/**
	 * Continue with a score.
	 * @param name the name of the score
	 * @return assertions of the score
	 */
	public ScoreAssert score(String name) {
		isNotNull();
		if (!this.actual.scores().containsKey(name)) {
			throw failed("There is no score '" + name + "', but " + this.actual.scores().keySet(), List.of());
		}
		return new ScoreAssert(this, this.actual, name);
	}

	AssertionError failed(String reason, List<? extends RowResult<?, ?, ?>> worst) {
		return failure("%s", reason + FailedRows.describe(this.actual, worst));
	}

}
