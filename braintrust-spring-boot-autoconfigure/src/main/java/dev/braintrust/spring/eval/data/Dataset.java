package dev.braintrust.spring.eval.data;

import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The cases of an experiment. A dataset is read once a run, from its first case to its
 * last, on one thread.
 *
 * @param <I> the type of the inputs
 * @param <E> the type of the expected outputs
 */
public interface Dataset<I, E> extends Iterable<EvalCase<I, E>> {

	/**
	 * The cases of this dataset, in their order. What the iterator throws ends the
	 * experiment.
	 * @return an iterator of the cases
	 */
	@Override
	Iterator<EvalCase<I, E>> iterator();

	/**
	 * The dataset of Braintrust that the cases come from.
	 * @return its id and version, or {@code null} if they come from elsewhere
	 */
	default @Nullable DatasetVersion version() {
		return null;
	}

	/**
	 * A dataset of a list.
	 * @param cases the cases; later changes of the list have no effect
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the dataset
	 */
	static <I, E> Dataset<I, E> of(List<EvalCase<I, E>> cases) {
		return List.copyOf(cases)::iterator;
	}

	/**
	 * A version of a dataset in Braintrust.
	 *
	 * @param id the id of the dataset
	 * @param version the version, or {@code null} if none is pinned
	 */
	record DatasetVersion(String id, @Nullable String version) {

	}

}
