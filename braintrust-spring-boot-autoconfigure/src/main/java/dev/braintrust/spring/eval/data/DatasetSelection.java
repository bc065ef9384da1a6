package dev.braintrust.spring.eval.data;

import org.jspecify.annotations.Nullable;

/**
 * Selects a version of a dataset. A version overrides a snapshot, and a snapshot
 * overrides an environment.
 *
 * @param environment the slug of an environment
 */
record DatasetSelection(@Nullable String version, @Nullable String snapshot, @Nullable String environment) {

	static final DatasetSelection NONE = new DatasetSelection(null, null, null);

}
