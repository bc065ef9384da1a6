package dev.braintrust.spring.eval;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.score.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * The result of an experiment.
 *
 * <pre class="code">
 * assertThat(result.errors()).isEmpty();
 * assertThat(result.score("exactMatch").mean()).isGreaterThanOrEqualTo(0.8);
 * </pre>
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 * @see Experiment#run()
 */
public interface ExperimentResult<I, O, E> {

	/**
	 * The key of the project.
	 * @return the key
	 */
	String project();

	/**
	 * The name of the experiment in Braintrust, which may have a suffix. Your name if the
	 * experiment was not sent.
	 * @return the name
	 */
	String name();

	/**
	 * The id of the experiment in Braintrust.
	 * @return the id, or {@code null} if it was not sent
	 */
	@Nullable String id();

	/**
	 * The page of the experiment in Braintrust.
	 * @return the URL, or {@code null} if it was not sent or the name of the organization
	 * is not known
	 */
	@Nullable URI url();

	/**
	 * The rows in the order of their cases and trials, not in the order in which they
	 * ended.
	 * @return the rows
	 */
	List<RowResult<I, O, E>> rows();

	/**
	 * The number of rows that did not complete, because the run was cancelled or
	 * interrupted, or its context was closed. They are not in {@link #rows()} and not in
	 * the scores.
	 * @return the number of rows, 0 if the run is complete
	 */
	int missing();

	/**
	 * The rows whose task or scorer failed.
	 * @return the rows
	 */
	List<RowResult<I, O, E>> errors();

	/**
	 * A score over all rows.
	 * @param name the name of the score
	 * @return the summary
	 * @throws IllegalArgumentException if the experiment has no such score
	 */
	ScoreSummary score(String name);

	/**
	 * All scores over all rows, including scorers that always failed.
	 * @return the summaries by their names, in the order of the scorers
	 */
	Map<String, ScoreSummary> scores();

	/**
	 * The tokens of all tasks.
	 * @return the sum
	 */
	TokenUsage usage();

	/**
	 * The duration of the run.
	 * @return the duration
	 */
	Duration duration();

	/**
	 * The number of traces of the project that began outside of all rows while rows ran:
	 * work that lost the context of its row. Their spans are in the logs of the project.
	 * @return the number of traces
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spring-boot-starter/blob/main/docs/isolation.md">Isolation</a>
	 */
	int strays();

	/**
	 * Whether Braintrust has accepted the experiment with all its rows.
	 * @return {@code false} if sending is off, or if a part was not accepted
	 */
	boolean sent();

	/**
	 * The comparison of the scores with the baseline.
	 * @return the comparison, or {@code null} if the experiment has no baseline, or if
	 * the baseline does not exist yet or cannot be read without an API key
	 * @see Experiment#baseline
	 */
	@Nullable Comparison comparison();

	/**
	 * Write the result as one HTML page that needs no network: scores, rows, and the
	 * trace of each row. It shows the recorded content, after content filters. Without
	 * outputs ({@code keepOutputs(false)}) or spans (the project is off), it shows only
	 * the scores.
	 * @param file the file; its directories are created
	 */
	void writeHtml(Path file);

	/**
	 * Write the result as JSON, with the same content as {@link #writeHtml the page}.
	 * @param file the file; its directories are created
	 */
	void writeJson(Path file);

	/**
	 * The summary as text: a line for each score, the errors, and a link to the
	 * experiment.
	 * @return the text, of several lines
	 */
	String table();

}
