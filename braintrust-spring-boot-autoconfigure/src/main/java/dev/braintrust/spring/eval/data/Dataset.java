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
	 * The cases of this dataset, in their order. If the iterator throws an exception, the
	 * experiment ends.
	 * @return an iterator over the cases
	 */
	@Override
	Iterator<EvalCase<I, E>> iterator();

	/**
	 * The dataset in Braintrust that the cases come from.
	 * @return its id and version, or {@code null} if they do not come from Braintrust
	 */
	default @Nullable DatasetVersion version() {
		return null;
	}

	/**
	 * Return this dataset at its current version, so that its cases and
	 * {@link #version()} are consistent. An experiment calls this at its start.
	 * @return the dataset at a fixed version; this dataset if it has no versions
	 */
	default Dataset<I, E> pinned() {
		return this;
	}

	/**
	 * A dataset from a list.
	 * @param cases the cases; later changes to the list have no effect
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the dataset
	 */
	static <I, E> Dataset<I, E> of(List<EvalCase<I, E>> cases) {
		return List.copyOf(cases)::iterator;
	}

	/**
	 * A dataset from a file with a JSON array of cases, with texts as inputs and expected
	 * outputs.
	 * @param location the path of the file, or a Spring resource location such as
	 * {@code classpath:evals/refunds.json}
	 * @return the dataset
	 * @see #json(String, Class, Class)
	 */
	static Dataset<String, String> json(String location) {
		return json(location, String.class, String.class);
	}

	/**
	 * A dataset from a file with a JSON array of cases. Each case is an object with
	 * {@code input} and optionally {@code expected}, {@code metadata}, {@code tags},
	 * {@code id} and {@code trials}. The file is read at the start of an experiment. Its
	 * maximum size is 256 MB.
	 * @param location the path of the file, or a Spring resource location such as
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
	 * A dataset from a file with one JSON case per line, with texts as inputs and
	 * expected outputs.
	 * @param location the path of the file, or a Spring resource location such as
	 * {@code classpath:evals/refunds.jsonl}
	 * @return the dataset
	 * @see #jsonl(String, Class, Class)
	 */
	static Dataset<String, String> jsonl(String location) {
		return jsonl(location, String.class, String.class);
	}

	/**
	 * A dataset from a file with one JSON case per line, in the form of
	 * {@link #json(String, Class, Class)}. Empty lines are skipped. The maximum size of a
	 * line is 64 MB.
	 * @param location the path of the file, or a Spring resource location such as
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
	 * A dataset from a CSV file with texts as inputs and expected outputs.
	 * @param location the path of the file, or a Spring resource location such as
	 * {@code classpath:evals/refunds.csv}
	 * @return the dataset
	 * @see #csv(String, Class, Class)
	 */
	static Dataset<String, String> csv(String location) {
		return csv(location, String.class, String.class);
	}

	/**
	 * A dataset from a CSV file. Its first line names the columns: {@code input},
	 * {@code expected}, {@code tags} (separated by semicolons), {@code metadata},
	 * {@code id} and {@code trials}. A column such as {@code input.city} is a property of
	 * an input object, and {@code metadata.source} is a property of the metadata. An
	 * empty value is {@code null}, unless it is quoted.
	 * <p>
	 * This needs the optional library
	 * {@code tools.jackson.dataformat:jackson-dataformat-csv}.
	 * @param location the path of the file, or a Spring resource location such as
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
	 * @param version the version, or {@code null} if absent, as for a dataset in
	 * Braintrust without rows
	 */
	record DatasetVersion(String id, @Nullable String version) {

	}

}
