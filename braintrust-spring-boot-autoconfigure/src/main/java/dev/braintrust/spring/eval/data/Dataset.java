package dev.braintrust.spring.eval.data;

import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The cases of an experiment:
 *
 * <pre class="code">
 * .cases(Dataset.jsonl("classpath:evals/refunds.jsonl"))
 * </pre>
 *
 * A run reads its dataset once, from the first case to the last, on one thread.
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
	 * This dataset at the version that it has now, so that its cases and
	 * {@link #version()} fit together. An experiment calls it when it begins.
	 * @return the dataset at one version; this dataset if it has none
	 */
	default Dataset<I, E> pinned() {
		return this;
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
	 * A dataset of a file that has a JSON array of cases, with texts as inputs and
	 * expected outputs.
	 * @param location the path of the file, or a location of Spring such as
	 * {@code classpath:evals/refunds.json}
	 * @return the dataset
	 * @see #json(String, Class, Class)
	 */
	static Dataset<String, String> json(String location) {
		return json(location, String.class, String.class);
	}

	/**
	 * A dataset of a file that has a JSON array of cases, each an object with
	 * {@code input} and, if you like, {@code expected}, {@code metadata}, {@code tags},
	 * {@code id} and {@code trials}. The file is read when an experiment begins. It may
	 * have up to 256 MB.
	 * @param location the path of the file, or a location of Spring such as
	 * {@code classpath:evals/refunds.json}
	 * @param input the type of the inputs
	 * @param expected the type of the expected outputs
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the dataset
	 */
	static <I, E> Dataset<I, E> json(String location, Class<I> input, Class<E> expected) {
		return new FileDataset<>(location, JsonFormats::array, input, expected);
	}

	/**
	 * A dataset of a file that has a case in each line, as JSON, with texts as inputs and
	 * expected outputs.
	 * @param location the path of the file, or a location of Spring such as
	 * {@code classpath:evals/refunds.jsonl}
	 * @return the dataset
	 * @see #jsonl(String, Class, Class)
	 */
	static Dataset<String, String> jsonl(String location) {
		return jsonl(location, String.class, String.class);
	}

	/**
	 * A dataset of a file that has a case in each line, as JSON, an object as that of
	 * {@link #json(String, Class, Class)}. Empty lines are skipped. A line may have up to
	 * 64 MB.
	 * @param location the path of the file, or a location of Spring such as
	 * {@code classpath:evals/refunds.jsonl}
	 * @param input the type of the inputs
	 * @param expected the type of the expected outputs
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the dataset
	 */
	static <I, E> Dataset<I, E> jsonl(String location, Class<I> input, Class<E> expected) {
		return new FileDataset<>(location, JsonFormats::lines, input, expected);
	}

	/**
	 * A dataset of a CSV file with texts as inputs and expected outputs.
	 * @param location the path of the file, or a location of Spring such as
	 * {@code classpath:evals/refunds.csv}
	 * @return the dataset
	 * @see #csv(String, Class, Class)
	 */
	static Dataset<String, String> csv(String location) {
		return csv(location, String.class, String.class);
	}

	/**
	 * A dataset of a CSV file. Its first line names its columns: {@code input},
	 * {@code expected}, {@code tags} (separated by semicolons), {@code metadata},
	 * {@code id} and {@code trials}. {@code input.city} is a property of an input that is
	 * an object, and {@code metadata.source} one of the metadata. An empty value is
	 * {@code null}, unless it is quoted.
	 * <p>
	 * The library {@code tools.jackson.dataformat:jackson-dataformat-csv} is optional.
	 * @param location the path of the file, or a location of Spring such as
	 * {@code classpath:evals/refunds.csv}
	 * @param input the type of the inputs
	 * @param expected the type of the expected outputs
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the dataset
	 */
	static <I, E> Dataset<I, E> csv(String location, Class<I> input, Class<E> expected) {
		return new FileDataset<>(location, CsvFormat.of(input, expected, Dataset.class.getClassLoader()), input,
				expected);
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
