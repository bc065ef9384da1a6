package dev.braintrust.spring.eval.score;

import java.util.List;

/**
 * Puts the output of a task into classes, such as a topic or a tone. Unlike a score, a
 * class is neither good nor bad.
 *
 * <pre class="code">
 * .classifier("tone", (it) -&gt; List.of(Classification.of("polite")))
 * </pre>
 *
 * Several rows are classified at the same time, so a classifier must be thread-safe. If
 * it throws an exception, the row records it in {@code metadata.classifier_errors};
 * neither the row nor the run fails.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 */
@FunctionalInterface
public interface Classifier<I, O, E> {

	/**
	 * Classify the output of one row.
	 * @param it the row
	 * @return the classes in their order, empty if no class applies
	 * @throws Exception if the row cannot be classified
	 */
	List<Classification> classify(Scoring<? extends I, ? extends O, ? extends E> it) throws Exception;

}
