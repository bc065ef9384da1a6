package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of the settings of evaluations.
 */
class EvalBeansTests {

	@ParameterizedTest
	@ValueSource(strings = { "build.gradle", "build.gradle.kts" })
	void reportsOfTestsAreWhereTheBuildKeepsWhatItMakes(String gradle, @TempDir Path project) throws IOException {
		assertThat(EvalBeans.reportsOfTests(project)).isEqualTo("target/braintrust-evals");
		Files.createFile(project.resolve(gradle));
		assertThat(EvalBeans.reportsOfTests(project)).isEqualTo("build/braintrust-evals");
		Files.createFile(project.resolve("pom.xml"));
		assertThat(EvalBeans.reportsOfTests(project)).isEqualTo("target/braintrust-evals");
	}

	@ParameterizedTest
	@ValueSource(strings = { "limit", "sample", "trials" })
	void numberThatLeavesNoRowIsNamed(String property) {
		MockEnvironment environment = new MockEnvironment().withProperty("braintrust.evals." + property, "0");
		assertThatIllegalArgumentException().isThrownBy(() -> EvalBeans.settings(environment, true))
			.withMessage("'braintrust.evals." + property + "' must be positive");
	}

	@Test
	void applicationHasNoReportsUnlessItSaysWhere() {
		assertThat(EvalBeans.settings(new MockEnvironment(), false).reportDir()).isNull();
		assertThat(EvalBeans.settings(new MockEnvironment(), true).reportDir())
			.isEqualTo(Path.of("target/braintrust-evals"));
	}

}
