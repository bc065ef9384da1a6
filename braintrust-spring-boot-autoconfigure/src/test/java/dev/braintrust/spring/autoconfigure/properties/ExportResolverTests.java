package dev.braintrust.spring.autoconfigure.properties;

import java.util.List;

import dev.braintrust.spring.autoconfigure.diagnostics.DeclaredProjectsReport;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests of {@link ExportResolver}.
 */
class ExportResolverTests {

	@ParameterizedTest
	@CsvSource({ "braintrust", "braintrust.projects.support" })
	void portThatIsMissingIsMissingBesideTheHost(String level) {
		SettingsSource source = new SettingsSource(null).property(level + ".export.proxy.host", "proxy.example.com");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property '" + level + ".export.proxy.port' has no value, but 'export.proxy.host' is set");
	}

	@ParameterizedTest
	@CsvSource({ "braintrust", "braintrust.projects.support" })
	void portThatIsNoneIsNamedWhereItIsGiven(String level) {
		SettingsSource source = new SettingsSource(null).property("braintrust.projects.support.export.proxy.host", "p")
			.property(level + ".export.proxy.port", "65536");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property '" + level + ".export.proxy.port' is not a port");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://proxy.example.com:3128", "proxy.example.com:3128", "anna:s3cret@proxy",
			"proxy.example.com/", "a proxy" })
	void proxyThatIsNoHostIsRefused(String host) {
		SettingsSource source = new SettingsSource(null).property("braintrust.export.proxy.host", host)
			.property("braintrust.export.proxy.port", "3128");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property 'braintrust.export.proxy.host' is not the name of a host: it has a scheme, a "
					+ "port, a user or a path")
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Set it to the name alone, such as 'proxy.example.com', 'export.proxy.port' to the port, "
						+ "and 'export.proxy.username' and 'export.proxy.password' if the proxy asks for a login."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy", "squid_proxy", "proxy.example.com", "10.0.0.1", "::1", "[fe80::1%eth0]" })
	void proxyMayBeAnyHost(String host) {
		ProjectSettings settings = new SettingsSource(null).property("braintrust.export.proxy.host", host)
			.property("braintrust.export.proxy.port", "3128")
			.settings();
		assertThat(settings.export().connection().proxyHost()).isEqualTo(host);
		assertThat(settings.export().connection().proxyLogin()).isNull();
	}

	@Test
	void loginOfAProjectIsThatOfItsProxyAndDoesNotShowItself() {
		SettingsSource source = new SettingsSource(null).property("braintrust.export.proxy.host", "shared")
			.property("braintrust.export.proxy.port", "3128")
			.property("braintrust.export.proxy.username", "anna")
			.property("braintrust.export.proxy.password", "s3cret")
			.property("braintrust.projects.own.export.proxy.username", "ben")
			.property("braintrust.projects.other.export.proxy.host", "other");
		assertThat(source.settings().export().connection().proxyLogin()).isEqualTo(new ProxyLogin("anna", "s3cret"))
			.hasToString("******");
		assertThat(source.resolve()).filteredOn((project) -> !project.key().equals("support"))
			.extracting(ProjectSettings::key, (project) -> project.export().connection().proxyLogin())
			.containsExactlyInAnyOrder(tuple("own", new ProxyLogin("ben", "")), tuple("other", null));
	}

	@ParameterizedTest
	@CsvSource({ "anna, , 'has a value, but ''export.proxy.host'' is not set'",
			"anna:x, proxy, 'has a value with a colon, which no login can have'" })
	void loginThatCannotBeUsedIsRefused(String username, String host, String reason) {
		SettingsSource source = new SettingsSource(null).property("braintrust.export.proxy.username", username)
			.property("braintrust.export.proxy.port", "3128");
		if (host != null) {
			source.property("braintrust.export.proxy.host", host);
		}
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property 'braintrust.export.proxy.username' " + reason);
	}

	@Test
	void passwordOfNobodyIsRefusedAndNotShown() {
		SettingsSource source = new SettingsSource(null).property("braintrust.export.proxy.host", "proxy")
			.property("braintrust.export.proxy.port", "3128")
			.property("braintrust.export.proxy.password", "s3cret");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property 'braintrust.export.proxy.password' has a value, but 'export.proxy.username' "
					+ "is not set");
	}

	@ParameterizedTest
	@CsvSource({ "export.endpoint, http://otel_collector:4318/v1/traces", "export.endpoint, https://collector-:4318",
			"api-url, https://braintrust_proxy", "app-url, http://braintrust.1a/", "export.endpoint, http://a_b" })
	void hostThatJavaCannotReadIsNamedAsTheCause(String name, String url) {
		SettingsSource source = new SettingsSource(null).property("braintrust." + name, url);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property 'braintrust." + name + "' has a host name that Java cannot read: it has an "
					+ "underscore, or a part that begins or ends with a dash or a last part that begins with a digit")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Use a name of letters, digits and dashes, such "
					+ "as the alias 'otel-collector' of a container, or the address of the host."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "otel_collector:4318", "http://user_a:s3cret@collector", "http://collector:port",
			"http://", "ftp://otel_collector", "http://a b" })
	void whateverElseIsNoUrlIsCalledSo(String url) {
		SettingsSource source = new SettingsSource(null).property("braintrust.export.endpoint", url);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessageStartingWith("The property 'braintrust.export.endpoint' is not a usable URL");
	}

	@Test
	void headerFromAVariableIsSaidWithTheWayThatWorks() {
		List<ProjectSettings> settings = new SettingsSource(null)
			.variable("BRAINTRUST_EXPORT_HEADERS_X_COLLECTOR_TOKEN", "s3cret")
			.variable("BRAINTRUST_EXPORT_HEADERS_AUTHORIZATION", "Basic abc")
			.variable("BRAINTRUST_PROJECTS_SUPPORT_EXPORT_HEADERS_X_TENANT", "a")
			.property("braintrust.export.headers.X-Other", "b")
			.property("braintrust.projects.support.api-key", "sk-support")
			.property("braintrust.projects.research.api-key", "sk-research")
			.resolve();
		assertThat(DeclaredProjectsReport.variableHeaders(new DeclaredProjects(settings))).containsExactlyInAnyOrder(
				"A header named 'x.collector.token' is sent with spans. If it is set by an environment variable such "
						+ "as '...EXPORT_HEADERS_X_COLLECTOR_TOKEN', Spring Boot cannot tell its dashes. Set the "
						+ "property 'export.headers.x-collector-token' to '${NAME}' in a file, and the variable NAME "
						+ "to the value.",
				"A header named 'x.tenant' is sent with spans. If it is set by an environment variable such as "
						+ "'...EXPORT_HEADERS_X_TENANT', Spring Boot cannot tell its dashes. Set the property "
						+ "'export.headers.x-tenant' to '${NAME}' in a file, and the variable NAME to the value.");
	}

	@Test
	void headerInAFileMayTakeItsValueFromAVariable() {
		ProjectSettings settings = new SettingsSource(null).variable("COLLECTOR_TOKEN", "s3cret")
			.property("braintrust.export.headers.X-Collector-Token", "${COLLECTOR_TOKEN}")
			.settings();
		assertThat(settings.export().headers()).containsEntry("X-Collector-Token", "s3cret");
	}

}
