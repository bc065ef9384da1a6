package dev.braintrust.spring.eval.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One case of an experiment: an input, and the output that you expect for it.
 *
 * <pre>
 * EvalCase.of("I want my money back", "refund").tags("angry").metadata("language", "en")
 * </pre>
 *
 * @param input the input of the task; Braintrust also uses it to match the rows of two
 * experiments
 * @param expected the output that the task should return, or {@code null} if unknown
 * @param metadata additional fields
 * @param tags the tags of its rows
 * @param id the id of the case in its dataset, or {@code null}
 * @param trials how often the task runs for this case, or {@code null} for the number of
 * the experiment
 * @param origin the row in Braintrust that the case comes from, or {@code null}
 * @param <I> the type of the input
 * @param <E> the type of the expected output
 */
public record EvalCase<I, E>(I input, @Nullable E expected, Map<String, @Nullable Object> metadata, List<String> tags,
		@Nullable String id, @Nullable Integer trials, @Nullable Origin origin) {

	public EvalCase {
		Assert.isTrue(trials == null || trials > 0, "'trials' must be positive");
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
		tags = List.copyOf(tags);
	}

	/**
	 * Create a case.
	 * @param input the input
	 * @param expected the expected output
	 * @param <I> the type of the input
	 * @param <E> the type of the expected output
	 * @return the case
	 */
	public static <I, E> EvalCase<I, E> of(I input, @Nullable E expected) {
		return new EvalCase<>(input, expected, Map.of(), List.of(), null, null, null);
	}

	/**
	 * Create a case without an expected output.
	 * @param input the input
	 * @param <I> the type of the input
	 * @param <E> the type of the expected output
	 * @return the case
	 */
	public static <I, E> EvalCase<I, E> of(I input) {
		return of(input, null);
	}

	/**
	 * Return the same case with more tags.
	 * @param tags the tags
	 * @return a new case
	 */
	public EvalCase<I, E> tags(String... tags) {
		List<String> all = new ArrayList<>(this.tags);
		all.addAll(List.of(tags));
		return new EvalCase<>(this.input, this.expected, this.metadata, all, this.id, this.trials, this.origin);
	}

	/**
	 * Return the same case with one more metadata field.
	 * @param key the name of the field
	 * @param value the value, any JSON
	 * @return a new case
	 */
	public EvalCase<I, E> metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		Map<String, @Nullable Object> all = new LinkedHashMap<>(this.metadata);
		all.put(key, value);
		return new EvalCase<>(this.input, this.expected, all, this.tags, this.id, this.trials, this.origin);
	}

	/**
	 * Return the same case with an id.
	 * @param id the id
	 * @return a new case
	 */
	public EvalCase<I, E> id(String id) {
		Assert.hasText(id, "'id' must not be empty");
		return new EvalCase<>(this.input, this.expected, this.metadata, this.tags, id, this.trials, this.origin);
	}

	/**
	 * Return the same case with its own number of trials.
	 * @param trials how often the task runs for this case
	 * @return a new case
	 */
	public EvalCase<I, E> trials(int trials) {
		return new EvalCase<>(this.input, this.expected, this.metadata, this.tags, this.id, trials, this.origin);
	}

	/**
	 * The row in Braintrust that a case comes from.
	 *
	 * @param objectType the type of the object that contains the row, such as
	 * {@code dataset}
	 * @param objectId the id of that object
	 * @param id the id of the row
	 * @param xactId the id of the transaction that wrote the row, or {@code null}
	 * @param created the time at which the row was created, or {@code null}
	 */
	public record Origin(String objectType, String objectId, String id, @Nullable String xactId,
			@Nullable String created) {

		public Origin {
			Assert.hasText(objectType, "'objectType' must not be empty");
			Assert.hasText(objectId, "'objectId' must not be empty");
			Assert.hasText(id, "'id' must not be empty");
		}

		/**
		 * The origin in the form that a row records: {@code {"object_type", "object_id",
		 * "id", "_xact_id", "created"}}.
		 * @return the fields
		 */
		public Map<String, Object> toFields() {
			Map<String, Object> fields = new LinkedHashMap<>();
			fields.put("object_type", this.objectType);
			fields.put("object_id", this.objectId);
			fields.put("id", this.id);
			if (this.xactId != null) {
				fields.put("_xact_id", this.xactId);
			}
			if (this.created != null) {
				fields.put("created", this.created);
			}
			return Collections.unmodifiableMap(fields);
		}

	}

}
