package dev.braintrust.spring.actuate;

import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SecretSanitizingFunction}.
 */
class SecretSanitizingFunctionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustActuatorAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-shared-0001", "braintrust.export.headers.x-tenant=shared-header-2",
				"braintrust.export.endpoint=http://127.0.0.1:1/shared?token=shared-3",
				"braintrust.projects.support.api-key=sk-own-0004",
				"braintrust.projects.support.export.headers.x-tenant=own-header-5",
				"braintrust.projects.support.export.endpoint=http://127.0.0.1:1/own?t=6",
				"braintrust.export.proxy.host=127.0.0.1", "braintrust.export.proxy.port=1",
				"braintrust.export.proxy.username=anna", "braintrust.export.proxy.password=proxy-password-7");

	@ParameterizedTest
	@CsvSource({ "deploy.args, --key sk-shared-0001 --port 1", "team.header, shared-header-2",
			"collector, http://127.0.0.1:1/shared?token=shared-3", "team.key, sk-own-0004", "team.header, own-header-5",
			"team.login, proxy-password-7", "braintrust.export.proxy.password, short",
			"BRAINTRUST_PROJECTS_SUPPORT_EXPORT_PROXY_PASSWORD, short" })
	void valueThatHoldsASecretIsMasked(String name, String value) {
		assertValue(name, value, SanitizableData.SANITIZED_VALUE);
	}

	@ParameterizedTest
	@CsvSource({ "braintrust.projects.support.export.endpoint", "BRAINTRUST_PROJECTS_SUPPORT_EXPORT_ENDPOINT",
			"braintrust.export.endpoint" })
	void endpointIsMaskedWhereItHasAQueryHoweverShort(String name) {
		assertValue(name, "http://127.0.0.1:1/own?t=6", SanitizableData.SANITIZED_VALUE);
		assertValue(name, "http://127.0.0.1:1/own", "http://127.0.0.1:1/own");
	}

	@ParameterizedTest
	@CsvSource({ "search, https://example.com/?t=6", "braintrust.api-url, https://api.example.com" })
	void otherValuesAreShown(String name, String value) {
		assertValue(name, value, value);
	}

	private void assertValue(String name, String value, Object expected) {
		this.runner.run((context) -> assertThat(
				context.getBean(SanitizingFunction.class).apply(new SanitizableData(null, name, value)).getValue())
			.isEqualTo(expected));
	}

}
