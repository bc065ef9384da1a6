package dev.braintrust.spring.eval.test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.compare.Comparison.ScoreChange;
import dev.braintrust.spring.settings.Amount;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.Assert;

/**
 * Assertions for one score of an experiment. They fail if rows do not have the score,
 * because a task or a scorer failed, a scorer skipped them, or they did not run. Use
 * {@link #allowingMissing(double)} to allow missing scores.
 *
 * @see ExperimentAssert#score(String)
 */
public final class ScoreAssert {

	private static final Log logger = LogFactory.getLog(ScoreAssert.class);

	private static final double ROUNDING = 1e-9;

	private final ExperimentAssert experiment;

	private final ExperimentResult<?, ?, ?> actual;

	private final ScoreSummary summary;

	private double allowedMissing;

	private boolean everyTrial;

	ScoreAssert(ExperimentAssert experiment, ExperimentResult<?, ?, ?> actual, String name) {
		this.experiment = experiment;
		this.actual = actual;
		this.summary = actual.score(name);
	}

	/**
	 * Allow rows without the score in the following assertions; they are ignored.
	 * @param share the maximum share of the rows, from 0 to 1
	 * @return this assertion
	 */
	public ScoreAssert allowingMissing(double share) {
		Assert.isTrue(share >= 0 && share <= 1, "'share' must be between 0 and 1");
		this.allowedMissing = share;
		return this;
	}

	/**
	 * Use the worst trial of each case in the assertions that follow, except
	 * {@code hasNotRegressedBy}, since a baseline has means only.
	 * @return this assertion
	 */
	public ScoreAssert inEveryTrial() {
		this.everyTrial = true;
		return this;
	}

	/**
	 * Verify that the mean is at least a value. Each case has the same weight,
	 * independent of its number of trials.
	 * @param value the minimum, from 0 to 1
	 * @return this assertion
	 */
	public ScoreAssert averageAtLeast(double value) {
		checkMissing();
		double mean = mean();
		if (!(mean >= value - ROUNDING)) {
			throw failed("has a mean of " + percent(mean) + ", and not at least " + percent(value));
		}
		return this;
	}

	/**
	 * Verify that a share of the rows scores at least a value.
	 * @param rate the minimum share of the rows, from 0 to 1
	 * @param ofValue the value, from 0 to 1
	 * @return this assertion
	 */
	public ScoreAssert rateAtLeast(double rate, double ofValue) {
		checkMissing();
		List<Double> values = values();
		long good = values.stream().filter((value) -> value >= ofValue - ROUNDING).count();
		if (values.isEmpty() || good < rate * values.size() - ROUNDING) {
			throw failed("is at least " + percent(ofValue) + " in " + good + " of "
					+ Amount.of(values.size(), this.everyTrial ? "case" : "row") + ", and not in " + percent(rate)
					+ " of them");
		}
		return this;
	}

	/**
	 * Verify that every row scores at least a value.
	 * @param value the minimum, from 0 to 1
	 * @return this assertion
	 */
	public ScoreAssert everyRowAtLeast(double value) {
		checkMissing();
		long below = values().stream().filter((each) -> each < value - ROUNDING).count();
		if (below > 0) {
			throw failed("is below " + percent(value) + " in " + Amount.of(below, this.everyTrial ? "case" : "row"));
		}
		return this;
	}

	/**
	 * Verify that the mean has not fallen below the mean of the baseline by more than a
	 * tolerance. Only inputs that have the score in both are compared.
	 * @param tolerance the tolerance, such as 0.02 for two percent
	 * @return this assertion
	 */
	public ScoreAssert hasNotRegressedBy(double tolerance) {
		Assert.isTrue(tolerance >= 0, "'tolerance' must not be negative");
		checkMissing();
		Comparison comparison = this.actual.comparison();
		if (comparison == null) {
			throw failed(
					"has nothing to be compared with: the experiment has no baseline, or one that is not there yet. "
							+ "A file is written by braintrust.evals.bless=true");
		}
		ScoreChange change = comparison.score(this.summary.name());
		if (change == null || change.matched() == 0) {
			throw failed("has nothing to be compared with: no row of the baseline '" + comparison.baseline()
					+ "' has the same input and this score");
		}
		if (change.difference() < -tolerance - ROUNDING) {
			throw failed("has fallen by " + percent(-change.difference()) + " since the baseline '"
					+ comparison.baseline() + "', and not by " + percent(tolerance) + " at most");
		}
		return this;
	}

	/**
	 * Log a warning if the mean is below a value. This never fails.
	 * @param value the value, from 0 to 1
	 * @return this assertion
	 */
	public ScoreAssert warnBelow(double value) {
		double mean = mean();
		if (!(mean >= value - ROUNDING)) {
			logger.warn("The score '" + this.summary.name() + "' of the experiment '" + this.actual.name() + "' is "
					+ percent(mean) + ", below " + percent(value));
		}
		return this;
	}

	/**
	 * Continue with another score.
	 * @param name the name of the score
	 * @return assertions of that score
	 */
	public ScoreAssert score(String name) {
		return this.experiment.score(name);
	}

	private void checkMissing() {
		int missing = this.summary.failed() + this.summary.skipped() + this.actual.missing();
		int all = this.summary.count() + missing;
		if (this.summary.count() == 0 || missing > this.allowedMissing * all + ROUNDING) {
			throw failed("is missing in " + missing + " of " + Amount.of(all, "row"));
		}
	}

	private double mean() {
		return this.everyTrial ? values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN)
				: this.summary.mean();
	}

	// Return one value per row or, after inEveryTrial(), one per case.
	private List<Double> values() {
		Map<Integer, Double> worst = new LinkedHashMap<>();
		List<? extends RowResult<?, ?, ?>> rows = this.actual.rows();
		long scored = rows.stream().filter((row) -> row.score(this.summary.name()) != null).count();
		for (int i = 0; i < rows.size(); i++) {
			Double value = rows.get(i).score(this.summary.name());
			// A row whose task failed counts as 0 if the summary counts it as 0, even if
			// the score has another name than its scorer.
			if (value == null && rows.get(i).error() != null && scored < this.summary.count()) {
				value = 0.0;
			}
			if (value != null) {
				worst.merge(this.everyTrial ? rows.get(i).index() : i, value, Math::min);
			}
		}
		return new ArrayList<>(worst.values());
	}

	private AssertionError failed(String reason) {
		List<? extends RowResult<?, ?, ?>> worst = this.actual.rows()
			.stream()
			.filter((row) -> shown(row) < 1)
			.sorted(Comparator.comparingDouble(this::shown))
			.toList();
		return this.experiment.failed("The score '" + this.summary.name() + "' " + reason, worst);
	}

	// A row without the score sorts before all others.
	private double shown(RowResult<?, ?, ?> row) {
		Double value = row.score(this.summary.name());
		return (value != null) ? value : -1;
	}

	private static String percent(double value) {
		return String.format(Locale.ROOT, "%.1f %%", 100 * value);
	}

}
