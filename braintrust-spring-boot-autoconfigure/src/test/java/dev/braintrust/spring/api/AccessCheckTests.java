package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.ProjectAccess.State;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.AccountServer;
import dev.braintrust.spring.support.OtlpReceiver;
import io.opentelemetry.api.trace.Span;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the messages about the projects' access when an application is ready.
 */
@ExtendWith(OutputCaptureExtension.class)
class AccessCheckTests {

	private static final String KEY = "sk-s3cret-of-acme";

	private static final String ID = "5b0c3e0e-7f0e-4f57-9d55-4a6f9a3c2c11";

	private final AccountServer server = new AccountServer().knows(KEY, "Acme");

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@Test
	void keyThatIsAcceptedTellsTheOrganizationAndIsNotSpokenOf(CapturedOutput output) {
		run("braintrust.projects.support.name=Support Agent");
		ProjectAccess access = access("support");
		assertThat(access.state()).isEqualTo(State.GRANTED);
		assertThat(access.orgName()).isEqualTo("Acme");
		assertThat(access.problem()).isNull();
		assertThat(this.server.requests()).containsExactly("POST /api/apikey/login");
		assertThat(output).doesNotContain(AccessCheck.class.getSimpleName() + " ");
	}

	@Test
	void keyThatIsNotAcceptedIsSaidInOneLineForAllItsProjects(CapturedOutput output) {
		run("braintrust.api-key=sk-wr0ng", "braintrust.projects.support.name=Support Agent",
				"braintrust.projects.research.id=" + ID);
		String keys = String.join("', '", this.context.getBean(BraintrustProjects.class).keys());
		assertThat(access("support").state()).isEqualTo(State.WRONG_KEY);
		assertThat(access("research").state()).isEqualTo(State.WRONG_KEY);
		said(output, "Braintrust projects '" + keys + "': " + host() + " does not accept the API key (status 401). "
				+ "Check the property 'braintrust.api-key'.");
		assertThat(output).doesNotContain("sk-wr0ng").doesNotContain("Forbidden");
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void organizationThatIsNotThatOfTheKeyIsSaid(CapturedOutput output) {
		run("braintrust.projects.support.name=Support Agent", "braintrust.org-name=Umbrella");
		assertThat(access("support").state()).isEqualTo(State.WRONG_ORGANIZATION);
		said(output,
				"Braintrust project 'support': The API key belongs to 'Acme', not to the organization 'Umbrella'. "
						+ "Check the 'org-name' of the project or, if it has none of its own, 'braintrust.org-name' or "
						+ "the environment variable BRAINTRUST_ORG_NAME, or use " + "a key of that organization.");
	}

	@Test
	void keyWithoutAnOrganizationIsSaid(CapturedOutput output) {
		this.server.knows(KEY);
		run("braintrust.projects.support.name=Support Agent");
		assertThat(access("support").state()).isEqualTo(State.WRONG_ORGANIZATION);
		said(output, "The API key belongs to no organization.");
	}

	@Test
	void idThatTheKeyDoesNotSeeIsSaid(CapturedOutput output) {
		this.server.hasProject("known-1", "Research", "Acme");
		run("braintrust.projects.support.id=" + ID, "braintrust.projects.research.id=known-1");
		assertThat(access("support").state()).isEqualTo(State.UNKNOWN_PROJECT);
		assertThat(access("research").state()).isEqualTo(State.GRANTED);
		assertThat(access("research").projectName()).isEqualTo("Research");
		said(output, "Braintrust project 'support': The API key sees no project with the id '" + ID
				+ "' (status 403). Check 'braintrust.projects.support.id'");
		assertThat(this.server.requests()).containsExactlyInAnyOrder("POST /api/apikey/login", "GET /v1/project/" + ID,
				"GET /v1/project/known-1");
	}

	@Test
	void hostThatIsNotThereIsSaid(CapturedOutput output) {
		run("braintrust.projects.support.name=Support Agent", "braintrust.api-url=http://127.0.0.1:1");
		assertThat(access("support").state()).isEqualTo(State.UNREACHABLE);
		said(output, "Braintrust project 'support': 127.0.0.1:1 cannot be reached (ConnectException). Spans are kept "
				+ "and sent again. Check the 'api-url' of the project");
	}

	@Test
	void proxyThatAsksForALoginIsSaid(CapturedOutput output) {
		try (LoginProxy proxy = new LoginProxy("anna", "s3cret")) {
			run("braintrust.projects.support.name=Support Agent", "braintrust.api-url=https://braintrust.invalid",
					"braintrust.export.proxy.host=127.0.0.1", "braintrust.export.proxy.port=" + proxy.port());
			assertThat(access("support").state()).isEqualTo(State.UNREACHABLE);
			said(output, "Braintrust project 'support': The proxy on the way to braintrust.invalid refuses the "
					+ "connection (status 407). Set 'export.proxy.username' and 'export.proxy.password', of the "
					+ "project or under 'braintrust', to a login that the proxy accepts.");
		}
	}

	@Test
	void hostThatDoesNotAnswerHoldsUpNeitherTheStartNorTheEnd(CapturedOutput output) {
		this.server.hanging();
		long start = System.nanoTime();
		run("braintrust.projects.support.name=Support Agent", "braintrust.export.timeout=10m");
		Awaitility.await().until(() -> !this.server.requests().isEmpty());
		assertThat(check().of("support")).isNull();
		this.context.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
		assertThat(output).doesNotContain(AccessCheck.class.getSimpleName() + " ");
	}

	@Test
	void checkThatIsUnderWayWhenTheContextClosesEndsAndIsSaid(CapturedOutput output) throws InterruptedException {
		this.server.hanging();
		run("braintrust.api-key=sk-wr0ng", "braintrust.projects.support.name=Support Agent");
		Awaitility.await().until(() -> !this.server.requests().isEmpty());
		Thread closing = new Thread(this.context::close);
		closing.start();
		Awaitility.await().until(() -> Stream.of(closing.getStackTrace()).anyMatch(AccessCheckTests::isWaiting));
		this.server.release();
		closing.join();
		said(output, "does not accept the API key (status 401)");
	}

	private static boolean isWaiting(StackTraceElement frame) {
		return frame.getClassName().equals(AccessCheck.class.getName()) && frame.getMethodName().equals("destroy");
	}

	@Test
	void hostThatDoesNotAnswerInTimeIsUnreachable(CapturedOutput output) {
		this.server.hanging();
		run("braintrust.projects.support.name=Support Agent", "braintrust.export.timeout=300ms");
		assertThat(access("support").state()).isEqualTo(State.UNREACHABLE);
		said(output, host() + " cannot be reached (TimeoutException).");
	}

	@Test
	void answerThatSaysNothingAboutTheKeyIsSaidAsSuch(CapturedOutput output) {
		this.server.answersLogin(KEY, 200, "<html>sk-leak</html>").answersLogin("sk-other", 500, "");
		run("braintrust.projects.support.name=Support Agent", "braintrust.projects.research.api-key=sk-other");
		assertThat(access("support").state()).isEqualTo(State.UNCLEAR);
		assertThat(access("research").state()).isEqualTo(State.UNCLEAR);
		said(output,
				"Braintrust project 'support': " + host() + " answered the check with status 200, which does not tell");
		said(output, "Braintrust project 'research': " + host()
				+ " answered the check with status 500, which does not tell");
		assertThat(output).doesNotContain("sk-leak");
	}

	@Test
	void eachDistinctKeyIsAskedForOnceAndOnlyWhereSpansGoToBraintrust() {
		this.server.knows("sk-other", "Umbrella");
		try (OtlpReceiver collector = new OtlpReceiver()) {
			run("braintrust.projects.a.name=A", "braintrust.projects.b.name=B",
					"braintrust.projects.c.api-key=sk-other", "braintrust.projects.off.enabled=false",
					"braintrust.projects.off.api-key=sk-off",
					"braintrust.projects.collected.export.endpoint=" + collector.url(),
					"braintrust.projects.collected.api-key=sk-collected",
					"braintrust.projects.keyless.api-key=${NOTHING_RESOLVES_THIS}");
			assertThat(access("a").orgName()).isEqualTo("Acme");
			assertThat(access("b").orgName()).isEqualTo("Acme");
			assertThat(access("c").orgName()).isEqualTo("Umbrella");
			awaitNoThreads();
			assertThat(this.server.requests()).hasSize(2);
			assertThat(check().of("off")).isNull();
			assertThat(check().of("collected")).isNull();
			assertThat(check().of("keyless")).isNull();
			assertThat(collector.requests()).isEmpty();
		}
	}

	@Test
	void nothingIsAskedWhereTheCheckIsOff() {
		awaitNoThreads();
		run("braintrust.projects.support.name=Support Agent", "braintrust.check-on-startup=false");
		assertThat(threads()).isZero();
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void threadsEndWithTheCheck() {
		run("braintrust.projects.support.name=Support Agent");
		access("support");
		awaitNoThreads();
	}

	@Test
	void linksNameWhatTheCheckLearned() {
		this.server.hasProject(ID, "R & D/Search", "Acme");
		run("braintrust.projects.research.id=" + ID, "braintrust.app-url=https://app.example.com");
		access("research");
		BraintrustProjects projects = this.context.getBean(BraintrustProjects.class);
		Span span = projects.tracer("research").rootSpan("answer").startSpan();
		assertThat(projects.tracer("research").permalink(span))
			.hasToString("https://app.example.com/app/Acme/p/R%20%26%20D%2FSearch/logs?r="
					+ span.getSpanContext().getTraceId() + "&s=" + span.getSpanContext().getSpanId());
	}

	private void run(String... properties) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties(Map.of("braintrust.api-url", this.server.url(), "braintrust.api-key", KEY));
		String[] arguments = new String[properties.length];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		this.context = application.run(arguments);
	}

	private AccessCheck check() {
		return this.context.getBean(AccessCheck.class);
	}

	private ProjectAccess access(String key) {
		return Awaitility.await().until(() -> check().of(key), (access) -> access != null);
	}

	private String host() {
		return this.server.url().substring("http://".length());
	}

	// The result can be read shortly before it is logged.
	private static void said(CapturedOutput output, String line) {
		Awaitility.await().untilAsserted(() -> assertThat(output).containsOnlyOnce(line));
	}

	private static void awaitNoThreads() {
		Awaitility.await().until(() -> threads() == 0);
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("braintrust-access-"))
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Application {

	}

}
