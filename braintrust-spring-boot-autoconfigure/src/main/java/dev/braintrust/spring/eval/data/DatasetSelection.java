package dev.braintrust.spring.eval.data;

import org.jspecify.annotations.Nullable;

/**
 * What selects a version of a dataset: the version itself before a snapshot, and a
 * snapshot before an environment.
 *
 * @param environment the slug of an environment
 */
record DatasetSelection(@Nullable String version, @Nullable String snapshot, @Nullable String environment) {

	static final DatasetSelection NONE = new DatasetSelection(null, null, null);

}
