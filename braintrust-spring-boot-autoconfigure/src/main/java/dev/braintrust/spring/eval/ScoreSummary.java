package dev.braintrust.spring.eval;

/**
 * A score over all rows of an experiment. Each case has the same weight: the mean of its
 * trials is computed first, then the mean of all cases.
 *
 * @param name the name of the score
 * @param mean the mean, {@link Double#NaN} if no row has the score
 * @param standardError the standard error of the mean, 0 for fewer than two cases
 * @param count the number of rows with the score
 * @param failed the number of rows without it, because the scorer failed, or the task
 * (unless failed tasks count as 0)
 * @param skipped the number of rows that the scorer skipped
 */
public record ScoreSummary(String name, double mean, double standardError, int count, int failed, int skipped) {

}
