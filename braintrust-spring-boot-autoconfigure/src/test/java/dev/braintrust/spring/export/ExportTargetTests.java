package dev.braintrust.spring.export;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ExportTarget}.
 */
class ExportTargetTests {

	private final ExportTarget target = new ExportTarget(SpanSource.settings("support", "project_id:s-1", "sk-secret",
			"https://api.braintrust.dev", Duration.ofSeconds(3)));

	@Test
	void endpointIsTheOneOfTheSpecification() {
		assertThat(this.target.endpoint()).hasToString("https://api.braintrust.dev/otel/v1/traces");
	}

	@Test
	void headersHoldTheKeyAndTheParent() {
		assertThat(this.target.headers()).containsOnlyKeys("Authorization", "x-bt-parent")
			.containsEntry("Authorization", "Bearer sk-secret")
			.containsEntry("x-bt-parent", "project_id:s-1");
	}

	@Test
	void textShowsNoKey() {
		assertThat(this.target).hasToString("support at https://api.braintrust.dev/otel/v1/traces");
	}

}
