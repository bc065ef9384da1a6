package dev.braintrust.spring.eval.remote;

import java.net.http.HttpResponse;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.Playground;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link BraintrustRemoteEvalAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class BraintrustRemoteEvalAutoConfigurationTests {

	private static final String ON = "braintrust.evals.remote.enabled=true";

	private static final String NAME = "braintrust.projects.support.name=Support Agent";

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(BraintrustAutoConfiguration.class,
			BraintrustRemoteEvalAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withUserConfiguration(Evaluations.class)
		.withPropertyValues(NAME);

	@Test
	void nothingIsServedByDefault(CapturedOutput output) {
		this.servlet.run((context) -> assertThat(context).doesNotHaveBean(RemoteEvals.class)
			.doesNotHaveBean(FilterRegistrationBean.class));
		assertThat(output).doesNotContain("emote evaluations");
	}

	@Test
	void servletApplicationHasAFilter() {
		this.servlet.withPropertyValues(ON)
			.run((context) -> assertThat(context).hasSingleBean(RemoteEvals.class)
				.hasSingleBean(FilterRegistrationBean.class)
				.doesNotHaveBean(WebFilter.class));
	}

	@Test
	void reactiveApplicationHasAFilter() {
		new ReactiveWebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withUserConfiguration(Evaluations.class)
			.withPropertyValues(NAME, ON)
			.run((context) -> assertThat(context).hasSingleBean(RemoteEvals.class)
				.hasSingleBean(WebFilter.class)
				.doesNotHaveBean(FilterRegistrationBean.class));
	}

	@Test
	void applicationWithoutAWebServerServesNothing() {
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(NAME, ON)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RemoteEvals.class));
	}

	@Test
	void warningSaysWhatIsServedAndWhere(CapturedOutput output) {
		this.servlet
			.withPropertyValues(ON, "braintrust.api-key=sk-test", "braintrust.check-on-startup=false",
					"server.servlet.context-path=/shop")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.contains("WARN", "Remote evaluations are on", "It serves: answers at /shop/braintrust/evals/support/.")
			.doesNotContain("cannot be run remotely");
	}

	@Test
	void warningSaysThatAProjectHasNoKeyOrIsOff(CapturedOutput output) {
		this.servlet.withPropertyValues(ON).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("cannot be run remotely, since the project has no API key.");
		this.servlet.withPropertyValues(ON, "braintrust.projects.support.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("cannot be run remotely, since the project is off.");
	}

	@Test
	void runsThatMayTakeMostThreadsOfTheServerAreWarnedOf(CapturedOutput output) {
		this.servlet.withPropertyValues(ON, "braintrust.evals.remote.max-concurrent-runs=101")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("Remote evaluations may take 101 of the 200 threads of the web server, "
				+ "since each run takes one until it ends. Other requests may have to wait. Set "
				+ "'braintrust.evals.remote.max-concurrent-runs' to at most 100, raise 'server.tomcat.threads.max', "
				+ "or set 'spring.threads.virtual.enabled' to true.");
		this.servlet.withPropertyValues(ON, "server.tomcat.threads.max=1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("may take 1 of the 1 threads").containsOnlyOnce("to at most 1,");
	}

	@Test
	void runsThatLeaveTheServerHalfOfItsThreadsAreNotWarnedOf(CapturedOutput output) {
		this.servlet.withPropertyValues(ON, "braintrust.evals.remote.max-concurrent-runs=100")
			.run((context) -> assertThat(context).hasNotFailed());
		this.servlet
			.withPropertyValues(ON, "braintrust.evals.remote.max-concurrent-runs=300", "server.tomcat.threads.max=600")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("threads of the web server");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreNotWarnedOf(CapturedOutput output) {
		this.servlet
			.withPropertyValues(ON, "braintrust.evals.remote.max-concurrent-runs=300",
					"spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("threads of the web server");
	}

	@Test
	void warningSaysThatThereIsNoEvaluation(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withUserConfiguration(NobodysEvaluation.class)
			.withPropertyValues(NAME, ON)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("The evaluation of the bean 'nobodys' cannot be run remotely",
				"no bean of type Eval belongs to a Braintrust project");
	}

	@Test
	void twoEvaluationsOfOneNameFailTheStart() {
		this.servlet.withUserConfiguration(SameName.class)
			.withPropertyValues(ON)
			.run((context) -> assertThat(context).getFailure()
				.hasMessage("The Braintrust project 'support' has two evaluations named 'answers'. Give "
						+ "one of them another name, because they are run by name."));
	}

	@ParameterizedTest
	@CsvSource({ "path, braintrust", "path, /", "path, /a/", "path, /a b", "max-concurrent-runs, 0", "max-rows, -1",
			"max-request-size, 0B", "max-request-size, 2GB" })
	void valueThatCannotBeUsedFailsTheStart(String property, String value) {
		this.servlet.withPropertyValues(ON, "braintrust.evals.remote." + property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("The property 'braintrust.evals.remote." + property + "' is "));
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void managementPortServesNothing(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.run("--server.port=0", "--spring.main.banner-mode=off", "--" + ON, "--" + NAME,
					"--braintrust.evals.remote.path=/evals", "--management.server.port=0",
					"--management.otlp.metrics.export.enabled=false", "--management.tracing.export.otlp.enabled=false",
					"--spring.ai.openai.api-key=sk-model")) {
			assertThat(status(context, "local.server.port", "")).isEqualTo(200);
			assertThat(status(context, "local.server.port", "list")).isEqualTo(401);
			assertThat(status(context, "local.management.port", "")).isEqualTo(404);
			assertThat(status(context, "local.management.port", "list")).isEqualTo(404);
		}
	}

	private static int status(ConfigurableApplicationContext context, String port, String path) throws Exception {
		return playground(context, port).get(path).statusCode();
	}

	private static Playground playground(ConfigurableApplicationContext context, String port) {
		return new Playground(
				"http://localhost:" + context.getEnvironment().getRequiredProperty(port) + "/evals/support/", null,
				null);
	}

	@Test
	void rulesThatAnApplicationHasForItsOwnPagesDoNotCount() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(OwnRules.class)
			.web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--spring.main.banner-mode=off", "--" + ON, "--" + NAME,
					"--braintrust.evals.remote.path=/evals", "--management.otlp.metrics.export.enabled=false",
					"--management.tracing.export.otlp.enabled=false", "--spring.ai.openai.api-key=sk-model")) {
			HttpResponse<String> preflight = playground(context, "local.server.port")
				.with("Access-Control-Request-Method", "POST")
				.send("OPTIONS", "eval", "");
			assertThat(preflight.statusCode()).isEqualTo(204);
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains(Playground.ORIGIN);
			assertThat(status(context, "local.server.port", "")).isEqualTo(200);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Evaluations {

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> answers() {
			return answers("answers");
		}

		static Eval<String, String, String> answers(String name) {
			return Eval.named(name, String.class, String.class).task((input) -> input).scorers(Scorers.exactMatch());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameName {

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> others() {
			return Evaluations.answers("answers");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NobodysEvaluation {

		@Bean
		Eval<String, String, String> nobodys() {
			return Evaluations.answers("answers");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
			"org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
			"org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration" })
	static class Application extends Evaluations {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRules extends Application {

		@Bean
		WebMvcConfigurer rules() {
			return new WebMvcConfigurer() {

				@Override
				public void addCorsMappings(CorsRegistry registry) {
					registry.addMapping("/**").allowedOrigins("https://shop.example");
				}

			};
		}

	}

}
