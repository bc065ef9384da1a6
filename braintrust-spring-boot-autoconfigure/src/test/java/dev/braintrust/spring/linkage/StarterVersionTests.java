package dev.braintrust.spring.linkage;

import dev.braintrust.spring.BraintrustProject;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.SpringVersion;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StarterVersion}.
 */
class StarterVersionTests {

	@Test
	void versionOfTheBuildIsKnownWithoutAJar() {
		assertThat(BraintrustProject.class.getPackage().getImplementationVersion()).isNull();
		assertThat(StarterVersion.of(BraintrustProject.class)).matches("\\d+\\.\\d+\\.\\d+(-\\w+)?");
	}

	@Test
	void versionOfAJarIsThatOfItsManifestWhereThereIsNoFile() {
		assertThat(StarterVersion.of(SpringVersion.class)).isEqualTo(SpringVersion.getVersion());
	}

	@Test
	void versionThatNothingTellsIsNotKnown() {
		assertThat(StarterVersion.of(StarterVersionTests.class)).isNull();
	}

	@Test
	void fileIsInNativeImages() {
		RuntimeHints hints = new RuntimeHints();
		new StarterVersion.Hints().registerHints(hints, null);
		assertThat(RuntimeHintsPredicates.resource().forResource("dev/braintrust/spring/version.properties"))
			.accepts(hints);
	}

}
