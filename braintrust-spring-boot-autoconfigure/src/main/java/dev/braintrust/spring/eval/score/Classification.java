package dev.braintrust.spring.eval.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A class that the output of a row belongs to.
 *
 * @param name the group of the class, or {@code null} for the name of the classifier
 * @param id the stable id of the class
 * @param label the name of the class for people, or {@code null} for its id
 * @param metadata additional fields
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/classifiers.md">Braintrust's
 * specification, "Classifiers"</a>
 */
public record Classification(@Nullable String name, String id, @Nullable String label,
		Map<String, @Nullable Object> metadata) {

	public Classification {
		Assert.notNull(id, "'id' must not be null");
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Create a class.
	 * @param id the id
	 * @return the class
	 */
	public static Classification of(String id) {
		return new Classification(null, id, null, Map.of());
	}

	/**
	 * Create a class with a label for people.
	 * @param id the id
	 * @param label the label
	 * @return the class
	 */
	public static Classification of(String id, String label) {
		return new Classification(null, id, label, Map.of());
	}

	/**
	 * Return the same class in another group.
	 * @param name the name of the group
	 * @return a new class
	 */
	public Classification named(String name) {
		return new Classification(name, this.id, this.label, this.metadata);
	}

	/**
	 * Return the same class with one more metadata field.
	 * @param key the name of the field
	 * @param value the value, any JSON
	 * @return a new class
	 */
	public Classification metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		Map<String, @Nullable Object> all = new LinkedHashMap<>(this.metadata);
		all.put(key, value);
		return new Classification(this.name, this.id, this.label, all);
	}

	/**
	 * The class in the form that a row records: {@code {"id", "label", "metadata"}},
	 * without fields that are not set.
	 * @return the fields
	 */
	public Map<String, Object> toFields() {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("id", this.id);
		if (this.label != null) {
			fields.put("label", this.label);
		}
		if (!this.metadata.isEmpty()) {
			fields.put("metadata", this.metadata);
		}
		return Collections.unmodifiableMap(fields);
	}

}
