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
	 * The output of the task.
	 * @return the output, {@code null} if the task returned {@code null}
	 */
	O output();

	/**
	 * The output that the task should return.
	 * @return the expected output, or {@code null} if absent
	 */
	@Nullable E expected();

	/**
	 * The output that the task should return, for scorers that need it.
	 * @return the expected output
	 * @throws IllegalStateException if the case has no expected output
	 */
	E expectedOrFail();

	/**
	 * The metadata of the case, and the fields that the task has added to its row.
	 * @return the metadata
	 */
	Map<String, @Nullable Object> metadata();

	/**
	 * The tags of the case, and the tags that the task has added to its row.
	 * @return the tags
	 */
	List<String> tags();

	/**
	 * The parameters of the experiment.
	 * @return the parameters
	 */
	EvalParameters parameters();

	/**
	 * The spans that have ended inside the row. They come from this process, so no
	 * request to Braintrust is needed.
	 * @return the trace of the row
	 */
	RowTrace trace();

	/**
	 * The duration of the last attempt of the task.
	 * @return the duration
	 */
	Duration duration();

	/**
	 * Trace a client that the scorer calls: its spans are in the experiment, below the
	 * span of the scorer. This works for every client that
	 * {@link dev.braintrust.spring.BraintrustProjects#instrument(String, Object)}
	 * accepts, even if the client is traced into another project.
	 * @param name the name of the span around each use of the client
	 * @param client the client, which is not changed itself
	 * @param <T> the type of the client: an interface
	 * @return the traced client, or the client itself if it cannot be traced
	 */
	default <T> T traced(String name, T client) {
		return client;
	}

	/**
	 * Call a scorer of the project in Braintrust for this row, like
	 * {@link Scorers#braintrust(String)}. Braintrust gets the recorded content of the
	 * row: without the parts that {@code capture} excludes, and after content filters.
	 * @param slug the slug of the scorer in Braintrust, or its id
	 * @param version its version, or {@code null} for the latest
	 * @return the JSON of its response: a number, a text, a boolean, a list, a map, or
	 * {@code null}
	 * @throws IllegalStateException if the experiment is not sent, or if the call fails
	 */
	default @Nullable Object invoke(String slug, @Nullable String version) {
		throw new IllegalStateException("The hosted scorer '" + slug + "' scores only rows of experiments");
	}

}
