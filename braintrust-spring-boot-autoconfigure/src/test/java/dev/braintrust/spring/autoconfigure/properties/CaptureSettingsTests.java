package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the capture settings.
 */
class CaptureSettingsTests {

	@TempDir
	private Path directory;

	private SettingsSource source() {
		return new SettingsSource(this.directory);
	}

	@Test
	void everythingIsRecordedInBraintrustsFormatWhereNothingIsSaid() {
		assertThat(source().settings().capture()).isEqualTo(new ProjectSettings.Capture(true, true, true,
				CaptureFormat.BRAINTRUST, ProjectSettings.Capture.UNLIMITED, false, null));
	}

	@Test
	void noContentMeansNeitherInputNorOutputWhateverTheySay() {
		ProjectSettings.Capture capture = source().property("braintrust.capture.content", "false")
			.property("braintrust.projects.support.capture.input", "true")
			.property("braintrust.projects.support.capture.output", "true")
			.settings()
			.capture();
		assertThat(capture.content()).isFalse();
		assertThat(capture.input()).isFalse();
		assertThat(capture.output()).isFalse();
	}

	@Test
	void contentLeavesInputAndOutputAsTheySay() {
		ProjectSettings.Capture capture = source().property("braintrust.capture.content", "true")
			.property("braintrust.capture.input", "false")
			.settings()
			.capture();
		assertThat(capture.content()).isTrue();
		assertThat(capture.input()).isFalse();
		assertThat(capture.output()).isTrue();
	}

	@Test
	void eachValueOfTheProjectWinsOverTheDefaultForAll() {
		SettingsSource source = source();
		givenAt(source, "braintrust", "false", "gen-ai", "1MB", "true", "openrouter");
		assertThat(source.settings().capture()).isEqualTo(
				new ProjectSettings.Capture(false, true, true, CaptureFormat.GEN_AI, 1 << 20, true, "openrouter"));
		givenAt(source, "braintrust.projects.support", "true", "both", "2KB", "false", " groq ");
		assertThat(source.settings().capture())
			.isEqualTo(new ProjectSettings.Capture(true, true, true, CaptureFormat.BOTH, 2048, false, "groq"));
	}

	private static void givenAt(SettingsSource source, String level, String content, String format, String size,
			String aiSpansOnly, String provider) {
		source.property(level + ".capture.content", content)
			.property(level + ".capture.format", format)
			.property(level + ".capture.max-field-size", size)
			.property(level + ".capture.ai-spans-only", aiSpansOnly)
			.property(level + ".capture.provider", provider);
	}

	@ParameterizedTest
	@CsvSource({ "braintrust, 1023B", "braintrust.projects.support, 0", "braintrust.projects.support, -1" })
	void fieldSizeBelowOneKilobyteIsRefused(String level, String size) {
		SettingsSource source = source().property(level + ".capture.max-field-size", size);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property '" + level + ".capture.max-field-size' is less than 1KB")
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Set it to a size such as '256KB', or remove it to cut nothing."));
	}

	@Test
	void fieldSizeOfOneKilobyteIsTaken() {
		assertThat(source().property("braintrust.capture.max-field-size", "1KB").settings().capture().maxFieldSize())
			.isEqualTo(1024);
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "TRUE, true", "1, true", "on, true", "' yes ', true", "false, false", "0, false",
			"'', false", "' ', false" })
	void variableOfTheSpecificationTurnsTheFilterOn(String value, boolean expected) {
		SettingsSource source = source().variable("BRAINTRUST_FILTER_AI_SPANS", value);
		assertThat(source.settings().capture().aiSpansOnly()).isEqualTo(expected);
	}

	@Test
	void propertyWinsOverTheVariableOfTheFilter() {
		SettingsSource source = source().variable("BRAINTRUST_FILTER_AI_SPANS", "true")
			.property("braintrust.capture.ai-spans-only", "false");
		assertThat(source.settings().capture().aiSpansOnly()).isFalse();
	}

	@Test
	void variableOfTheFilterThatIsNoTruthValueIsRefusedWithoutItsValue() {
		SettingsSource source = source().variable("BRAINTRUST_FILTER_AI_SPANS", "maybe");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The environment variable 'BRAINTRUST_FILTER_AI_SPANS' is neither true nor false");
	}

	@Test
	void variableOfTheFilterThatDecidesNothingStopsNothing() {
		SettingsSource source = source().variable("BRAINTRUST_FILTER_AI_SPANS", "maybe");
		assertThat(source.property("braintrust.enabled", "false").settings().isOn()).isFalse();
		source.property("braintrust.enabled", "true").property("braintrust.capture.ai-spans-only", "true");
		assertThat(source.settings().capture().aiSpansOnly()).isTrue();
		source.property("braintrust.projects.support.capture.ai-spans-only", "false");
		assertThat(source.settings().capture().aiSpansOnly()).isFalse();
	}

	@Test
	void fileDoesNotTurnTheFilterOn() throws IOException {
		Files.writeString(this.directory.resolve(".env.braintrust"), "BRAINTRUST_FILTER_AI_SPANS=true\n");
		assertThat(source().settings().capture().aiSpansOnly()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " " })
	void blankProviderIsNone(String provider) {
		SettingsSource source = source().property("braintrust.projects.support.capture.provider", provider);
		assertThat(source.settings().capture().provider()).isNull();
		assertThat(source.property("braintrust.capture.provider", "groq").settings().capture().provider())
			.isEqualTo("groq");
	}

	@Test
	void providerThatIsAPlaceholderIsRefusedWhereTheProjectIsOn() {
		SettingsSource source = source().property("braintrust.capture.provider", "${LLM_PROVIDER}");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property 'braintrust.capture.provider' has a '${...}' that nothing resolves");
		assertThat(source.property("braintrust.enabled", "false").settings().isOn()).isFalse();
	}

}
