package dev.braintrust.spring.eval.data;

import java.util.Iterator;
import java.util.List;

import org.springframework.util.Assert;

/**
 * A dataset in Braintrust. It is read by pages, at one version: unless you choose one, at
 * the version that it has when an experiment begins. The experiment names that version,
 * and each row the row of the dataset that it comes from.
 * <p>
 * If you choose in several ways, a version counts before a snapshot, and a snapshot
 * before an environment.
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
	 * The same dataset at a version.
	 * @param version the version, as Braintrust shows it
	 * @return the dataset at that version
	 */
	public BraintrustDataset<I, E> version(String version) {
		Assert.hasText(version, "'version' must not be empty");
		return with(new DatasetSelection(version, this.selection.snapshot(), this.selection.environment()));
	}

	/**
	 * The same dataset at the version of a snapshot.
	 * @param snapshot the name of the snapshot
	 * @return the dataset at that version
	 */
	public BraintrustDataset<I, E> snapshot(String snapshot) {
		Assert.hasText(snapshot, "'snapshot' must not be empty");
		return with(new DatasetSelection(this.selection.version(), snapshot, this.selection.environment()));
	}

	/**
	 * The same dataset at the version that an environment has now.
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
	 * The version that this dataset has now, or that you have chosen. This asks
	 * Braintrust.
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
	 * The rows of this dataset, each once, fetched while you iterate.
	 */
	@Override
	public Iterator<EvalCase<I, E>> iterator() {
		return pinned().iterator();
	}

	/**
	 * Add cases to the newest version of the dataset. If the dataset does not exist, it
	 * is created. A case with the id of a row replaces the row.
	 * @param cases the cases, with their {@code id}, {@code metadata}, {@code tags} and
	 * {@code origin}
	 * @return the ids of the rows
	 * @throws IllegalStateException if Braintrust does not take them; those of earlier
	 * requests, of 100 cases each, are there
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
