package dev.braintrust.spring.prompt.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.prompt.BraintrustPrompts;
import dev.braintrust.spring.prompt.LoadedPrompt;
import dev.braintrust.spring.prompt.ProjectPrompts;
import dev.braintrust.spring.prompt.PromptUnavailableException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import dev.braintrust.spring.test.RecordedSpans;
import dev.braintrust.spring.test.ScriptedChatModel;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of the prompts of a project, with recorded answers of Braintrust.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProjectPromptsTests {

	private static final String PROJECT = "33333333-3333-4333-8333-333333333333";

	private static final String PROMPT = "31fc5152-85a3-4eae-8dee-57d7fb5a73ce";

	private static final String NEWEST = "1000197156161979548";

	private static final String OLD = "1000197156161976564";

	private final BraintrustServer server = new BraintrustServer();

	private final RecordedSpans spans = new RecordedSpans();

	private final ProjectApis apis = new ProjectApis(() -> new HttpClients(null));

	@TempDir
	Path folder;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withBean(RecordedSpans.class, () -> this.spans)
		.withBean(Injected.class)
		.withPropertyValues("braintrust.projects.support.id=" + PROJECT, "braintrust.projects.research.name=Other",
				"braintrust.api-key=sk-test", "braintrust.prompts.enabled=true",
				"braintrust.api-url=" + this.server.url(), "braintrust.app-url=" + this.server.url());

	@AfterEach
	void close() {
		this.apis.close();
		this.server.close();
	}

	@Test
	void newestVersionIsLoadedOnceAndRenderedWithItsOrigin() {
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThat(prompts.project()).isEqualTo("support");
			assertThat(this.server.calls()).isEmpty();
			LoadedPrompt prompt = prompts.load("kind-greeter").get();
			assertThat(prompt.version()).isEqualTo(NEWEST);
			assertThat(prompts.load("kind-greeter").get()).isSameAs(prompt);
			assertThat(this.server.calls("GET /v1/prompt")).hasSize(1).first().satisfies((call) -> {
				assertThat(call.query()).isEqualTo(Map.of("project_id", PROJECT, "slug", "kind-greeter"));
				assertThat(call.authorization()).isEqualTo("Bearer sk-test");
			});
			ChatClient chat = context.getBean(BraintrustProjects.class)
				.instrument("support", ChatClient.create(new ScriptedChatModel("hi")));
			prompt.applyTo(chat.prompt(), Map.of("name", "Ann")).call().content();
			assertThat(this.spans.of("support")).filteredOn((span) -> "llm".equals(span.type()))
				.singleElement()
				.satisfies((span) -> {
					assertThat(span.input().toString()).contains("Hello Ann, be kind!");
					assertThat(span.metadata().path("model").asString()).isEqualTo("gpt-4o-mini");
					assertThat(span.metadata().path("prompt").path("id").asString()).isEqualTo(PROMPT);
					assertThat(span.metadata().path("prompt").path("project_id").asString()).isEqualTo(PROJECT);
					assertThat(span.metadata().path("prompt").path("version").asString()).isEqualTo(NEWEST);
					assertThat(span.metadata().path("prompt").path("variables").toString())
						.isEqualTo("{\"name\":\"Ann\"}");
				});
		});
	}

	@Test
	void versionAndEnvironmentAreAskedFor() {
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThat(prompts.load("kind-greeter").version(OLD).get().version()).isEqualTo(OLD);
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("kind-greeter").environment("production").get())
				.withMessageContaining(
						"prompt 'kind-greeter' in the environment 'production' of the Braintrust project "
								+ "'support' could not be loaded")
				.withMessageContaining("400");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> prompts.load("kind-greeter").version(OLD).environment("production"));
			assertThat(this.server.calls("GET /v1/prompt")).extracting((call) -> call.query().get("version"))
				.containsExactly(OLD, null);
		});
	}

	@Test
	void environmentThatExistsHasItsVersion() {
		this.server.data().hasEnvironment("prompt", PROMPT, "production", OLD);
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThat(prompts.load("kind-greeter").environment("production").get().version()).isEqualTo(OLD);
			assertThat(prompts.load("kind-greeter").get().version()).isEqualTo(NEWEST);
			assertThat(prompts.load("kind-greeter").environment("production").get().version()).isEqualTo(OLD);
			assertThat(this.server.calls("GET /v1/prompt")).extracting((call) -> call.query().get("environment"))
				.containsExactly("production", null);
		});
	}

	@ParameterizedTest
	@CsvSource({ "braintrust.api-key=,the project has no API key",
			"braintrust.projects.support.enabled=false,the project is off" })
	void projectWithoutAKeyHasItsFallbacksAlone(String property, String why, CapturedOutput output) {
		this.runner.withPropertyValues(property).run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("kind-greeter").get())
				.withMessage(
						"The prompt 'kind-greeter' of the Braintrust project 'support' could not be loaded: " + why);
			LoadedPrompt fallback = prompts.load("kind-greeter").fallback(file()).get();
			assertThat(fallback.render(Map.of("name", "Ann")).get(0)).containsEntry("content", "Fallback for Ann");
			assertThat(this.server.calls()).isEmpty();
		});
		// This failure is not temporary, so there is no warning.
		assertThat(output).doesNotContain("is used until it can be loaded");
	}

	@Test
	void callWithAFallbackHasNoOrigin() {
		this.runner.run((context) -> {
			LoadedPrompt fallback = context.getBean(Injected.class).prompts.load("gone").fallback(file()).get();
			ChatClient chat = context.getBean(BraintrustProjects.class)
				.instrument("support", ChatClient.create(new ScriptedChatModel("hi")));
			fallback.applyTo(chat.prompt(), Map.of("name", "Ann")).call().content();
			assertThat(this.spans.of("support")).filteredOn((span) -> "llm".equals(span.type()))
				.singleElement()
				.satisfies((span) -> {
					assertThat(span.input().toString()).contains("Fallback for Ann");
					assertThat(span.metadata().has("prompt")).isFalse();
				});
		});
	}

	@ParameterizedTest
	@CsvSource({ "408,true", "429,true", "500,true", "503,true", "0,true", "400,false", "401,false", "403,false",
			"404,false" })
	void failureThatMayPassKeepsTheOldPromptAndOthersDoNot(int status, boolean kept) {
		this.runner.withPropertyValues("braintrust.prompts.cache-ttl=1ns").run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			LoadedPrompt prompt = prompts.load("kind-greeter").get();
			this.server.failing("GET /v1/prompt", (status != 0) ? Fault.status(status) : Fault.cut());
			// The first call loads in the background, and the next calls do not.
			assertThat(prompts.load("kind-greeter").get().version()).isEqualTo(NEWEST);
			Awaitility.await().until(() -> this.server.calls("GET /v1/prompt").size() >= 2);
			if (kept) {
				// The failure is recorded shortly after the request.
				Awaitility.await()
					.during(Duration.ofMillis(300))
					.untilAsserted(() -> assertThat(prompts.load("kind-greeter").get()).isSameAs(prompt));
			}
			else {
				Awaitility.await()
					.untilAsserted(() -> assertThatExceptionOfType(PromptUnavailableException.class)
						.isThrownBy(() -> prompts.load("kind-greeter").get())
						.withMessageContaining("status " + status));
			}
		});
	}

	@Test
	void environmentIsNeverThatOfAnOldPrompt() {
		this.server.data().hasEnvironment("prompt", PROMPT, "production", OLD);
		this.runner.withPropertyValues("braintrust.prompts.cache-ttl=1ns").run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThat(prompts.load("kind-greeter").environment("production").get().version()).isEqualTo(OLD);
			this.server.failing("GET /v1/prompt", Fault.status(503));
			String file = file();
			Awaitility.await()
				.untilAsserted(() -> assertThat(
						prompts.load("kind-greeter").environment("production").fallback(file).get().version())
					.isNull());
		});
	}

	@Test
	void fallbackIsWarnedOfOnce(CapturedOutput output) {
		this.server.failing("GET /v1/prompt", Fault.status(401));
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			String file = file();
			prompts.load("kind-greeter").fallback(file).get();
			prompts.load("kind-greeter").fallback(file).get();
			assertThat(output)
				.containsOnlyOnce("The prompt 'kind-greeter' of the Braintrust project 'support' could not be loaded "
						+ "(status 401). Its fallback '" + file + "' is used until it can be loaded.");
			assertThat(output).doesNotContain("sk-test");
		});
	}

	@Test
	void fallbackIsWarnedOfAgainAfterARecovery(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.prompts.cache-ttl=1ns").run((context) -> {
			AtomicLong now = new AtomicLong(1000);
			ProjectPrompts prompts = prompts(context, now);
			String file = file();
			for (int outage = 1; outage <= 2; outage++) {
				this.server.failing("GET /v1/prompt", Fault.status(401));
				load(prompts, now, file, null);
				this.server.recovering();
				load(prompts, now, file, NEWEST);
				assertThat(output.getAll().split("is used until it can be loaded", -1)).hasSize(outage + 1);
			}
		});
	}

	// Wait until a prompt with this version was loaded in the background.
	private static void load(ProjectPrompts prompts, AtomicLong now, String file, String version) {
		Awaitility.await().untilAsserted(() -> {
			now.addAndGet(Duration.ofMinutes(1).toNanos());
			assertThat(prompts.load("kind-greeter").fallback(file).get().version()).isEqualTo(version);
		});
	}

	@Test
	void thousandPromptsAreKeptAndAThousandFallbacksAreWarnedOf(CapturedOutput output) {
		this.runner.run((context) -> {
			ProjectPrompts prompts = prompts(context, new AtomicLong(1000));
			String file = file();
			for (int i = 0; i <= 1000; i++) {
				prompts.load("gone-" + i).fallback(file).get();
			}
			prompts.load("gone-1").fallback(file).get();
			prompts.load("gone-1000").fallback(file).get();
			prompts.load("gone-0").fallback(file).get();
			assertThat(this.server.calls("GET /v1/prompt")).extracting((call) -> call.query().get("slug"))
				.hasSize(1002)
				.endsWith("gone-1000", "gone-0");
			assertThat(output.getAll().split("is used until it can be loaded", -1)).hasSize(1001);
		});
	}

	private ProjectPrompts prompts(ApplicationContext context, AtomicLong now) {
		ProjectSettings settings = ((DefaultProjectTracer) context.getBean(BraintrustProjects.class).tracer("support"))
			.project()
			.settings();
		PromptSettings ofPrompts = new PromptSettings(true, Duration.ofNanos(1), Duration.ofSeconds(30),
				Duration.ofSeconds(30));
		return new DefaultProjectPrompts("support", true, this.apis.of(settings), context, ofPrompts, now::get);
	}

	@Test
	void promptOfNunjucksIsRefused() {
		ObjectNode prompt = BraintrustData.recorded("prompts").at("/objects/0").deepCopy().asObject();
		prompt.put("id", "44444444-4444-4444-8444-444444444444").put("slug", "of-nunjucks");
		((ObjectNode) prompt.path("prompt_data")).put("template_format", "nunjucks");
		this.server.data().add("prompt", prompt);
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("of-nunjucks").get())
				.withMessage("The prompt 'of-nunjucks' of the Braintrust project 'support' cannot be used: The prompt "
						+ "'of-nunjucks' is a template of Nunjucks, which cannot be rendered in Java. Change it to "
						+ "Mustache in Braintrust.");
			assertThat(prompts.load("of-nunjucks").fallback(file()).get().version()).isNull();
		});
	}

	@Test
	void promptThatIsNotThereIsAnErrorOrItsFallback() {
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThatExceptionOfType(PromptUnavailableException.class).isThrownBy(() -> prompts.load("gone").get())
				.withMessage("The prompt 'gone' of the Braintrust project 'support' is not in the project");
			LoadedPrompt fallback = prompts.load("gone").fallback(file()).get();
			assertThat(fallback.render(Map.of("name", "Ann")).get(0)).containsEntry("content", "Fallback for Ann");
			assertThat(fallback.reference(Map.of())).isNull();
			assertThat(this.server.calls("GET /v1/prompt")).hasSize(1);
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("gone").fallback("classpath:no-such-file.json").get())
				.withMessage(
						"The fallback 'classpath:no-such-file.json' of the prompt 'gone' does not exist. Correct its "
								+ "location, which begins with 'classpath:' or 'file:'");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"messages":[]} | cannot be used: The prompt 'gone' has neither messages nor a text
			not JSON        | cannot be read. Check that it is a readable file with JSON
			""")
	void fallbackThatIsNoPromptIsAnErrorThatSaysSo(String content, String why, @TempDir Path directory)
			throws IOException {
		Path file = Files.writeString(directory.resolve("gone.json"), content);
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("gone").fallback(file.toUri().toString()).get())
				.withMessage("The fallback '" + file.toUri() + "' of the prompt 'gone' " + why);
		});
	}

	@Test
	void serverThatHangsIsAskedOnceAndLeftAloneForAWhile() {
		this.server.failing("GET /v1/prompt", Fault.hang());
		this.runner.withPropertyValues("braintrust.prompts.timeout=50ms").run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			for (int i = 0; i < 20; i++) {
				assertThat(prompts.load("kind-greeter").fallback(file()).get().version()).isNull();
			}
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("kind-greeter").get());
			// On a busy machine the request may time out before it arrives.
			assertThat(this.server.calls("GET /v1/prompt")).hasSizeLessThan(2);
		});
	}

	@Test
	void promptThatManyThreadsWantAtOnceIsAskedForOnce() {
		this.runner.run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			CyclicBarrier together = new CyclicBarrier(8);
			List<Thread> threads = IntStream.range(0, 8).mapToObj((i) -> new Thread(() -> {
				for (int slug = 0; slug < 100; slug++) {
					try {
						together.await();
						prompts.load("wanted-" + slug).get();
					}
					catch (PromptUnavailableException ex) {
						// The server has no such prompt.
					}
					catch (InterruptedException | BrokenBarrierException ex) {
						return;
					}
				}
			})).toList();
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(this.server.calls("GET /v1/prompt")).hasSize(100);
		});
	}

	@Test
	void testThatRecordsAsksNobodyUnlessItWants() {
		this.runner.withPropertyValues("braintrust.prompts.enabled=").run((context) -> {
			ProjectPrompts prompts = context.getBean(Injected.class).prompts;
			assertThat(prompts.load("kind-greeter").fallback(file()).get().version()).isNull();
			assertThat(prompts.load("other-greeter").fallback(file()).get().slug()).isEqualTo("other-greeter");
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.load("kind-greeter").get())
				.withMessageContaining("set 'braintrust.prompts.enabled' to true");
			assertThat(this.server.calls()).isEmpty();
		});
	}

	@Test
	void projectsAreApartAndKeysAreChecked() {
		this.runner.run((context) -> {
			BraintrustPrompts prompts = context.getBean(BraintrustPrompts.class);
			assertThat(prompts.keys()).containsExactly("support", "research");
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.of("research").load("kind-greeter").get());
			assertThat(this.server.calls("GET /v1/prompt").get(0).query()).containsEntry("project_name", "Other");
			assertThatExceptionOfType(NoSuchBraintrustProjectException.class).isThrownBy(() -> prompts.of("other"));
			assertThat(context.getBeanNamesForType(ProjectPrompts.class)).hasSize(2);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void oldPromptIsUsedWhileItIsLoadedAgain(boolean lasting) {
		AtomicLong now = new AtomicLong(1000);
		List<CompletableFuture<LoadedPrompt>> loads = new CopyOnWriteArrayList<>();
		CachedPrompt cached = new CachedPrompt(() -> {
			loads.add(new CompletableFuture<>());
			return loads.get(loads.size() - 1);
		}, new PromptSettings(true, Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(30)), lasting,
				now::get);
		CompletableFuture<LoadedPrompt> first = CompletableFuture.supplyAsync(() -> cached.get(false));
		while (loads.isEmpty()) {
			Thread.onSpinWait();
		}
		LoadedPrompt one = prompt();
		loads.get(0).complete(one);
		assertThat(first.join()).isSameAs(one);
		now.addAndGet(Duration.ofMinutes(59).toNanos());
		assertThat(cached.get(false)).isSameAs(one);
		assertThat(loads).hasSize(1);
		// The load hangs, and all callers use the old prompt.
		now.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(cached.get(false)).isSameAs(one);
		assertThat(cached.get(true)).isSameAs(one);
		assertThat(loads).hasSize(2);
		loads.get(1).completeExceptionally(new PromptFailure(new PromptUnavailableException("503", null), true));
		if (lasting) {
			assertThat(cached.get(false)).isSameAs(one);
			assertThat(loads).hasSize(2);
			now.addAndGet(Duration.ofSeconds(31).toNanos());
			assertThat(cached.get(false)).isSameAs(one);
			LoadedPrompt two = prompt();
			loads.get(2).complete(two);
			assertThat(cached.get(false)).isSameAs(two);
			now.addAndGet(Duration.ofHours(2).toNanos());
			assertThat(cached.get(false)).isSameAs(two);
			loads.get(3).completeExceptionally(new PromptFailure(new PromptUnavailableException("401", null), false));
		}
		assertThatExceptionOfType(PromptUnavailableException.class).isThrownBy(() -> cached.get(false));
		// With a fallback, callers do not wait for the next attempt either.
		now.addAndGet(Duration.ofSeconds(31).toNanos());
		int before = loads.size();
		assertThatExceptionOfType(PromptUnavailableException.class).isThrownBy(() -> cached.get(true));
		assertThat(loads).hasSize(before + 1);
		LoadedPrompt three = prompt();
		loads.get(before).complete(three);
		assertThat(cached.get(true)).isSameAs(three);
	}

	private String file() throws IOException {
		Path file = this.folder.resolve("fallback.json");
		Files.writeString(file, "{\"id\":\"p\",\"project_id\":\"r\",\"_xact_id\":\"1\",\"prompt_data\":{\"prompt\":"
				+ "{\"messages\":[{\"role\":\"user\",\"content\":\"Fallback for {{name}}\"}]}}}");
		return file.toUri().toString();
	}

	private static LoadedPrompt prompt() {
		return LoadedPrompt.of("p", JsonMapper.shared().readTree("{\"prompt\":{\"messages\":[]}}"));
	}

	static class Injected {

		@Autowired
		@BraintrustProject("support")
		ProjectPrompts prompts;

	}

}
