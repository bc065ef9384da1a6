package dev.braintrust.spring.test;

import java.time.Duration;
import java.util.Set;

import dev.braintrust.spring.autoconfigure.properties.KnownKeys;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions for the spans of all projects.
 *
 * @see BraintrustAssertions
 */
public final class RecordedSpansAssert extends AbstractAssert<RecordedSpansAssert, RecordedSpans> {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	RecordedSpansAssert(RecordedSpans actual) {
		super(actual, RecordedSpansAssert.class);
	}

	/**
	 * Continue with the spans of a declared project.
	 * @param key the key of the project
	 * @return assertions of the project
	 */
	public ProjectSpansAssert project(String key) {
		isNotNull();
		Set<String> declared = this.actual.declaredInPlaceOf(key);
		if (declared != null) {
			failWithMessage("No Braintrust project with the key '%s' is declared. %s", key,
					KnownKeys.remedy(key, declared));
		}
		return new ProjectSpansAssert(this.actual, key, TIMEOUT);
	}

	/**
	 * Verify that no span of any project has ended. This does not wait for later spans.
	 * @return this assertion
	 */
	public RecordedSpansAssert hasNoSpans() {
		if (!this.actual.all().isEmpty()) {
			failWithMessage("Expected no spans, but recorded were:%n%n%s", this.actual);
		}
		return this;
	}

}
