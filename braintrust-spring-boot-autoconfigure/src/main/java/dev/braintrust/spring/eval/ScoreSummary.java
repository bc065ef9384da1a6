package dev.braintrust.spring.eval;

/**
 * A score over all rows of an experiment. The trials of one case count as one: first the
 * mean of its trials is taken, then that of all cases.
 *
 * @param name the name of the score
 * @param mean the mean, {@link Double#NaN} if no row has the score
 * @param standardError the standard error of the mean, 0 for fewer than two cases
 * @param count how many rows have the score
 * @param failed how many rows do not, because the task (if such rows do not count as 0)
 * or the scorer failed
 * @param skipped how many rows the scorer has skipped
 */
public record ScoreSummary(String name, double mean, double standardError, int count, int failed, int skipped) {

}
