package dev.braintrust.spring.eval.data;

import java.util.Iterator;
import java.util.List;

import org.springframework.util.Assert;

/**
 * A dataset in Braintrust. It is read page by page, at one version: the version that you
 * choose, or else the version at the start of an experiment. The experiment records that
 * version, and each of its rows records the dataset row that it comes from.
 * <p>
 * A version overrides a snapshot, and a snapshot overrides an environment.
 *
 * @param <I> the type of the inputs
 * @param <E> the type of the expected outputs
 * @see ProjectDatasets#named(String)
 */
public final class BraintrustDataset<I, E> implements Dataset<I, E> {

	private final StoredDataset stored;

	private final Class<I> input;

	private final Class<E> expected;

	private final DatasetSelection selection;

	BraintrustDataset(StoredDataset stored, Class<I> input, Class<E> expected, DatasetSelection selection) {
		Assert.notNull(input, "'input' must not be null");
		Assert.notNull(expected, "'expected' must not be null");
		this.stored = stored;
		this.input = input;
		this.expected = expected;
		this.selection = selection;
	}

	/**
	 * Return the same dataset at a version.
	 * @param version the version, as Braintrust shows it
	 * @return the dataset at that version
	 */
	public BraintrustDataset<I, E> version(String version) {
		Assert.hasText(version, "'version' must not be empty");
		return with(new DatasetSelection(version, this.selection.snapshot(), this.selection.environment()));
	}

	/**
	 * Return the same dataset at the version of a snapshot.
	 * @param snapshot the name of the snapshot
	 * @return the dataset at that version
	 */
	public BraintrustDataset<I, E> snapshot(String snapshot) {
		Assert.hasText(snapshot, "'snapshot' must not be empty");
		return with(new DatasetSelection(this.selection.version(), snapshot, this.selection.environment()));
	}

	/**
	 * Return the same dataset at the current version of an environment.
	 * @param environment the slug of the environment, such as {@code production}
	 * @return the dataset at that version
	 */
	public BraintrustDataset<I, E> environment(String environment) {
		Assert.hasText(environment, "'environment' must not be empty");
		return with(new DatasetSelection(this.selection.version(), this.selection.snapshot(), environment));
	}

	private BraintrustDataset<I, E> with(DatasetSelection selection) {
		return new BraintrustDataset<>(this.stored, this.input, this.expected, selection);
	}

	/**
	 * The version that you have chosen, or else the current version. This sends a request
	 * to Braintrust.
	 */
	@Override
	public DatasetVersion version() {
		return this.stored.resolve(this.selection);
	}

	@Override
	public Dataset<I, E> pinned() {
		return new Pinned<>(this.stored, version(), this.input, this.expected);
	}

	/**
	 * The rows of this dataset, without duplicates, fetched while you iterate.
	 */
	@Override
	public Iterator<EvalCase<I, E>> iterator() {
		return pinned().iterator();
	}

	/**
	 * Add cases to the latest version of the dataset. If the dataset does not exist, it
	 * is created. A case with the id of an existing row replaces that row.
	 * @param cases the cases, with their {@code id}, {@code metadata}, {@code tags} and
	 * {@code origin}
	 * @return the ids of the rows
	 * @throws IllegalStateException if Braintrust refuses cases; they are sent in
	 * requests of up to 100 cases, and cases of earlier requests stay in the dataset
	 */
	public List<String> insert(Iterable<? extends EvalCase<I, E>> cases) {
		return this.stored.insert(cases);
	}

	/**
	 * A dataset at a version.
	 */
	private record Pinned<I, E>(StoredDataset stored, DatasetVersion version, Class<I> input,
			Class<E> expected) implements Dataset<I, E> {

		@Override
		public Iterator<EvalCase<I, E>> iterator() {
			return this.stored.rows(this.version, new CaseReader<>(this.input, this.expected));
		}

	}

}
