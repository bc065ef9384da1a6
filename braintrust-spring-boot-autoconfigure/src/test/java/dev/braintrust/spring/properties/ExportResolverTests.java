package dev.braintrust.spring.properties;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ExportResolver}.
 */
class ExportResolverTests {

	@ParameterizedTest
	@CsvSource({ "braintrust", "braintrust.projects.support" })
	void portThatIsMissingIsMissingBesideTheHost(String level) {
		SettingsSource source = new SettingsSource(null).property(level + ".export.proxy.host", "proxy.example.com");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage(
					"The property '" + level + ".export.proxy.port' has no value, and 'export.proxy.host' has one");
	}

	@ParameterizedTest
	@CsvSource({ "braintrust", "braintrust.projects.support" })
	void portThatIsNoneIsNamedWhereItIsGiven(String level) {
		SettingsSource source = new SettingsSource(null).property("braintrust.projects.support.export.proxy.host", "p")
			.property(level + ".export.proxy.port", "65536");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property '" + level + ".export.proxy.port' is not a port");
	}

}
