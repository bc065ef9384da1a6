package dev.braintrust.spring.eval.score;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One row of an experiment for scorers and classifiers, after its task has returned:
 *
 * <pre class="code">
 * .scorer("approval", (it) -&gt; (it.output().approve() == it.expected().approve()) ? 1 : 0)
 * </pre>
 *
 * @param <I> the type of the input
 * @param <O> the type of the output
 * @param <E> the type of the expected output
 */
public interface Scoring<I, O, E> {

	/**
	 * The input of the case.
	 * @return the input
	 */
	I input();

	/**
	 * What the task returned.
	 * @return the output, {@code null} if the task returned that
	 */
	O output();

	/**
	 * What the task should have returned.
	 * @return the expected output, or {@code null} if the case has none
	 */
	@Nullable E expected();

	/**
	 * What the task should have returned, for a scorer that cannot do without.
	 * @return the expected output
	 * @throws IllegalStateException if the case has none
	 */
	E expectedOrFail();

	/**
	 * The metadata of the case, and what the task has added for its row.
	 * @return the metadata
	 */
	Map<String, @Nullable Object> metadata();

	/**
	 * The tags of the case, and those that the task has added for its row.
	 * @return the tags
	 */
	List<String> tags();

	/**
	 * The parameters of the experiment.
	 * @return the parameters
	 */
	EvalParameters parameters();

	/**
	 * What the task did: the spans that have ended inside the row so far. They are at
	 * hand in this process, so nothing is asked of Braintrust.
	 * @return the trace of the row
	 */
	RowTrace trace();

	/**
	 * How long the task took, in its last attempt.
	 * @return the duration
	 */
	Duration duration();

	/**
	 * Traces a client that the scorer calls: its spans are below that of the scorer, in
	 * the experiment. This holds for any client that
	 * {@link dev.braintrust.spring.BraintrustProjects#instrument(String, Object)} takes,
	 * also for one that is traced into another project otherwise.
	 * @param name the name of the span around each use of the client
	 * @param client the client, which is not changed itself
	 * @param <T> the type of the client: an interface
	 * @return the traced client, or the client itself if it cannot be traced
	 */
	default <T> T traced(String name, T client) {
		return client;
	}

	/**
	 * Lets a scorer that the project has in Braintrust look at this row, as
	 * {@link Scorers#braintrust(String)} does. Braintrust gets what is recorded of the
	 * row: without what {@code capture} leaves out, and after content filters.
	 * @param slug the slug of the scorer in Braintrust, or its id
	 * @param version its version, or {@code null} for the newest
	 * @return the JSON that it answers: a number, a text, a boolean, a list, a map, or
	 * {@code null}
	 * @throws IllegalStateException if the experiment is not sent, or if the scorer does
	 * not answer
	 */
	default @Nullable Object invoke(String slug, @Nullable String version) {
		throw new IllegalStateException("The hosted scorer '" + slug + "' scores only rows of experiments");
	}

}
