package dev.braintrust.spring.autoconfigure.properties;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class UnknownPropertiesTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	@ParameterizedTest
	@CsvSource({ "braintrust.api-kye, braintrust.api-key", "braintrust.capture.contnet, braintrust.capture.content",
			"braintrust.project.support.name, braintrust.projects.support.name",
			"braintrust.projects.support.api-kye, braintrust.projects.support.api-key",
			"braintrust.projects.support.export.header.x, braintrust.projects.support.export.headers",
			"braintrust.default-projct, braintrust.default-project",
			"braintrust.export.ssl.bundel, braintrust.export.ssl.bundle",
			"braintrust.evals.blss, braintrust.evals.bless", "braintrust.eval.send, braintrust.evals.send",
			"braintrust.prompts.cache-tll, braintrust.prompts.cache-ttl" })
	void misspeltPropertyIsSaidWithTheNearest(String name, String nearest) {
		given(Map.of(name, "s3cret"));
		assertThat(UnknownProperties.in(this.environment)).containsExactly(
				"The property '" + name + "' is unknown and has no effect. Did you mean '" + nearest + "'?");
	}

	@Test
	void whatIsLikeNoPropertyIsSaidWithoutOne() {
		given(Map.of("braintrust.projects.support.key", "s3cret"));
		assertThat(UnknownProperties.in(this.environment))
			.containsExactly("The property 'braintrust.projects.support.key' is unknown and has no effect.");
	}

	@Test
	void everyPropertyOfTheMetadataIsKnown() {
		Map<String, Object> given = new LinkedHashMap<>();
		ConfigurationMetadataTests.properties()
			.map((property) -> property.path("name").asString())
			.filter((name) -> name.startsWith("braintrust.") && !name.equals("braintrust.projects"))
			.forEach((name) -> given.put(name.endsWith("headers") ? name + ".x-team" : name, "x"));
		assertThat(given).hasSizeGreaterThan(20);
		given(given);
		assertThat(UnknownProperties.in(this.environment)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "braintrust.apiKey", "braintrust.API_KEY", "braintrust.projects.support.apiKey",
			"braintrust.projects[support].export.headers[X-Team]", "braintrust.projects.support.export.headers.x.y",
			"other.projects", "braintrusted.key", "braintrust" })
	void whatTheBinderReadsIsKnownInEveryForm(String name) {
		given(Map.of(name, "x"));
		assertThat(UnknownProperties.in(this.environment)).isEmpty();
	}

	@Test
	void whatHasNoValueIsNotSaid() {
		given(Map.of("braintrust.projects.support", "", "braintrust.captures", ""));
		assertThat(UnknownProperties.in(this.environment)).isEmpty();
	}

	@Test
	void variablesOfTheProcessAreNotLookedAt() {
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("BRAINTRUST_DEFAULT_PROJECT_NAME", "Support")));
		assertThat(UnknownProperties.in(this.environment)).isEmpty();
	}

	private void given(Map<String, Object> properties) {
		this.environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
	}

}
