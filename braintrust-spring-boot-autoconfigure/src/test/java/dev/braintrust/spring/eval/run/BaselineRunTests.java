package dev.braintrust.spring.eval.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.CasesSpec;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.compare.Comparison;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of experiments with a baseline, and of the files that a run writes.
 */
@ExtendWith(OutputCaptureExtension.class)
class BaselineRunTests {

	private static final JsonMapper JSON = new JsonMapper();

	@TempDir
	private Path folder;

	private void run(Consumer<ProjectEvals> work, String... properties) {
		run(UnaryOperator.identity(), work, properties);
	}

	private void run(UnaryOperator<ApplicationContextRunner> more, Consumer<ProjectEvals> work, String... properties) {
		more.apply(new ApplicationContextRunner())
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withBean(RecordedSpans.class)
			.withBean(Injected.class)
			.withPropertyValues("braintrust.projects.support.id=" + BraintrustData.PROJECT_ID,
					"braintrust.evals.report-dir=" + this.folder.resolve("reports"))
			.withPropertyValues(properties)
			.run((context) -> work.accept(context.getBean(Injected.class).evals));
	}

	private Path file() {
		return this.folder.resolve("main.json");
	}

	private Experiment<String, String, String> echo(ProjectEvals evals, String... inputs) {
		List<EvalCase<String, String>> cases = new ArrayList<>();
		for (String input : inputs) {
			cases.add(EvalCase.of(input, "good"));
		}
		CasesSpec<String, String> spec = evals.experiment("echo").cases(Dataset.of(cases));
		return spec.task((input) -> {
			if (input.equals("bad")) {
				throw new IllegalStateException("bad luck");
			}
			return input;
		}).scorers(Scorers.exactMatch()).baseline(Baseline.file(file()));
	}

	@Test
	void blessedRunWritesItsScoresAndTheNextOneIsComparedWithThem(CapturedOutput output) {
		run((evals) -> {
			Comparison comparison = echo(evals, "good", "other").run().comparison();
			assertThat(comparison).isNotNull();
			assertThat(comparison.baseline()).isEqualTo("main.json, blessed by this run");
			assertThat(comparison.score("exactMatch").difference()).isZero();
		}, "braintrust.evals.bless=true");
		assertThat(file()).hasContent("""
				[
				{"input":"good","scores":{"exactMatch":1.0}},
				{"input":"other","scores":{"exactMatch":0.0}}
				]""");
		run((evals) -> {
			ExperimentResult<String, String, String> result = echo(evals, "good", "new").run();
			assertThat(result.comparison().score("exactMatch").matched()).isOne();
			assertThat(result.comparison().score("exactMatch").unmatched()).isEqualTo(2);
			assertThat(result.table()).contains("baseline main.json", "+0.0 %  0 better  0 worse  2 unmatched");
		});
		assertThat(output).doesNotContain("no baseline yet", "is not written");
	}

	@Test
	void reportOfABlessedRunShowsNoDifferencesAsItsTableShowsNone() throws IOException {
		Files.writeString(file(), "[{\"input\":\"good\",\"scores\":{\"exactMatch\":0.25}}]");
		run((evals) -> echo(evals, "good").run());
		assertThat(this.folder.resolve("reports/support/echo.html")).content().contains("class=\"up\">+75.0 %");
		run((evals) -> echo(evals, "good").run(), "braintrust.evals.bless=true");
		assertThat(this.folder.resolve("reports/support/echo-2.html")).content()
			.contains("blessed by this run")
			.doesNotContain("class=\"up\">");
	}

	@Test
	void experimentsOfTheSameNameHaveReportsOfTheirOwn(CapturedOutput output) {
		run((evals) -> {
			List<String> inputs = List.of("first", "second", "third");
			inputs.parallelStream().forEach((input) -> echo(evals, input).run());
		});
		List<String> pages = Stream.of("echo", "echo-2", "echo-3").map((name) -> {
			assertThat(this.folder.resolve("reports/support/" + name + ".json")).exists();
			assertThat(output).contains("report: " + this.folder.resolve("reports/support/" + name + ".html"));
			return content(this.folder.resolve("reports/support/" + name + ".html"));
		}).toList();
		for (String input : List.of("first", "second", "third")) {
			assertThat(pages).filteredOn((page) -> page.contains(input)).hasSize(1);
		}
	}

	private static String content(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void missingFileIsSaidAndNothingIsWrittenUnasked(CapturedOutput output) {
		run((evals) -> assertThat(echo(evals, "good").run().comparison()).isNull());
		assertThat(file()).doesNotExist();
		assertThat(output).contains("The experiment 'echo' has no baseline yet: there is no file '" + file()
				+ "'. Run it once with braintrust.evals.bless=true to write it.");
	}

	@Test
	void errorsAndPartsOfARunAreNotBlessed(CapturedOutput output) throws IOException {
		Files.writeString(file(), "[]");
		run((evals) -> assertThat(echo(evals, "good", "bad").run().errors()).hasSize(1), "braintrust.evals.bless=true");
		assertThat(output).contains("is not written, since the experiment 'echo' has 1 failed row.");
		run((evals) -> echo(evals, "good", "other").run(), "braintrust.evals.bless=true", "braintrust.evals.limit=1");
		assertThat(output).contains("is not written, since the experiment 'echo' did not run all of its cases");
		assertThat(file()).hasContent("[]");
		run((evals) -> echo(evals, "good", "other").trials(3).run(), "braintrust.evals.bless=true",
				"braintrust.evals.trials=1");
		assertThat(file()).hasContent("[]");
	}

	@Test
	void applicationThatRepeatsAnExperimentKeepsItsLatestReport() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withBean(Injected.class)
			.withPropertyValues("braintrust.projects.support.id=" + BraintrustData.PROJECT_ID,
					"braintrust.evals.report-dir=" + this.folder.resolve("reports"))
			.run((context) -> {
				for (String input : List.of("first", "second", "good")) {
					echo(context.getBean(Injected.class).evals, input).run();
				}
			});
		assertThat(this.folder.resolve("reports/support")).isDirectoryContaining("glob:**echo.json")
			.isDirectoryContaining("glob:**echo.html")
			.isDirectoryNotContaining("glob:**echo-*");
		assertThat(content(this.folder.resolve("reports/support/echo.html"))).contains("100.0 %");
	}

	@Test
	void baselineThatCannotBeWrittenFailsTheRunAfterItsReports(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.folder.resolve("file")).resolve("main.json");
		run((evals) -> assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> echo(evals, "good").baseline(Baseline.file(file)).run())
			.withMessage("The baseline '" + file + "' cannot be written"), "braintrust.evals.bless=true");
		assertThat(this.folder.resolve("reports/support/echo.html")).content().contains("good");
		assertThat(output).contains("An experiment has ended:");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void inputsThatAreNotRecordedAreNotInTheFile(boolean filtered) {
		String[] properties = { "braintrust.projects.support.capture.input=" + filtered,
				"braintrust.evals.bless=true" };
		ContentFilter filter = (text, field) -> text.replace("secret", "***");
		UnaryOperator<ApplicationContextRunner> filters = (runner) -> filtered
				? runner.withBean(ContentFilter.class, () -> filter) : runner;
		run(filters, (evals) -> echo(evals, "secret", "other").run(), properties);
		assertThat(file()).content().contains("{\"input\":{\"sha256\":\"").doesNotContain("secret", "other");
		run(filters, (evals) -> {
			Comparison comparison = echo(evals, "secret", "new").run().comparison();
			assertThat(comparison.score("exactMatch").matched()).isOne();
		}, properties[0]);
	}

	@Test
	void casesAndTrialsOfTheCommandLineOverrideThoseOfTheCode() {
		String[] inputs = IntStream.range(0, 100).mapToObj(String::valueOf).toArray(String[]::new);
		run((evals) -> assertThat(echo(evals, inputs).trials(3).run().rows()).extracting(RowResult::input)
			.containsExactly("0", "1"), "braintrust.evals.limit=2", "braintrust.evals.trials=1");
		List<List<String>> drawn = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			run((evals) -> drawn.add(echo(evals, inputs).run().rows().stream().map(RowResult::input).toList()),
					"braintrust.evals.sample=5");
		}
		assertThat(drawn.get(0)).hasSize(5).isEqualTo(drawn.get(1)).isNotEqualTo(List.of(inputs).subList(0, 5));
		assertThat(drawn.get(0)).isSortedAccordingTo(Comparator.comparingInt(Integer::parseInt));
	}

	@Test
	void duplicateInputsAreOneOfTheBaseline() {
		run((evals) -> echo(evals, "good", "good", "other").run(), "braintrust.evals.bless=true");
		assertThat(file()).content().containsOnlyOnce("\"good\"");
		run((evals) -> {
			ExperimentResult<String, String, String> result = echo(evals, "good", "good", "other").run();
			assertThat(result.score("exactMatch").count()).isEqualTo(3);
			assertThat(result.comparison().score("exactMatch").matched()).isEqualTo(2);
			assertThat(result.comparison().score("exactMatch").worse()).isZero();
		});
	}

	@Test
	void brokenBaselineFailsBeforeTheFirstRow() throws IOException {
		Files.writeString(file(), "{");
		run((evals) -> assertThatIllegalStateException()
			.isThrownBy(() -> evals.experiment("echo").cases(EvalCase.of("a", "a")).task((input) -> {
				throw new AssertionError("it runs");
			}).scorers(Scorers.exactMatch()).abortAfter(1).baseline(Baseline.file(file())).run())
			.withMessageContaining("cannot be read"));
	}

	@Test
	void reportsAndTheTableAreLeftBehind(CapturedOutput output) {
		Path summary = this.folder.resolve("summary.md");
		run((evals) -> evals.experiment("echo / all")
			.cases(EvalCase.of("secret", "secret"))
			.task((input) -> input)
			.scorers(Scorers.exactMatch())
			.run(), "GITHUB_STEP_SUMMARY=" + summary);
		assertThat(this.folder.resolve("reports/support/echo-all.html")).content().contains("secret");
		assertThat(this.folder.resolve("reports/support/echo-all.json")).exists();
		assertThat(summary).content().contains("echo / all", "| exactMatch | 100.0 %");
		assertThat(output).containsOnlyOnce("An experiment has ended:")
			.contains("echo / all · project support", "report: " + this.folder.resolve("reports/support/echo-all.html"))
			.doesNotContain("secret");
	}

	@Test
	void reportsHaveWhatIsRecordedAndNothingElse() {
		run((evals) -> echo(evals, "confidential").run(), "braintrust.projects.support.capture.input=false");
		assertThat(this.folder.resolve("reports/support/echo.html")).content()
			.contains("<h3>Output</h3><pre dir=\"auto\">confidential")
			.doesNotContain("<h3>Input</h3>", "<span class=\"excerpt\" dir=\"auto\">confidential");
		run((evals) -> echo(evals, "confidential").run(), "braintrust.projects.support.capture.content=false");
		assertThat(this.folder.resolve("reports/support/echo-2.html")).content().doesNotContain("confidential");
		assertThat(this.folder.resolve("reports/support/echo-2.json")).content().doesNotContain("confidential");
		run((evals) -> echo(evals, "confidential").keepOutputs(false).run());
		assertThat(this.folder.resolve("reports/support/echo-3.html")).content().doesNotContain("confidential");
	}

	@Test
	void experimentOfBraintrustIsComparedByItsNameOrItsId() {
		try (BraintrustServer server = new BraintrustServer()) {
			server.data().overlapping().add("experiment", experiment("e-1", "release 1", BraintrustData.PROJECT_ID));
			rows(server, "e-1");
			compared(server, Baseline.experiment("release 1"));
			ObjectNode byId = experiment("11111111-1111-4111-8111-111111111111", "other", BraintrustData.PROJECT_ID);
			server.data().add("experiment", byId);
			rows(server, byId.path("id").asString());
			compared(server, Baseline.experiment("11111111-1111-4111-8111-111111111111"));
			run((evals) -> assertThatIllegalStateException()
				.isThrownBy(() -> echo(evals, "good").baseline(Baseline.experiment("no such")).run())
				.withMessageContaining("has no experiment 'no such', which 'echo' is to be compared with"), to(server));
		}
	}

	@Test
	void rowsOfAnExperimentMatchByTheInputsThatFiltersLeave() {
		ContentFilter filter = (text, field) -> text.replace("secret", "***");
		try (BraintrustServer server = new BraintrustServer()) {
			server.data().add("experiment", experiment("e-1", "release 1", BraintrustData.PROJECT_ID));
			server.data().hasRows("e-1", row("1", "r-1", true, "\"***\"", "{\"exactMatch\":1}"));
			run((runner) -> runner.withBean(ContentFilter.class, () -> filter), (evals) -> {
				ExperimentResult<String, String, String> result = echo(evals, "secret")
					.baseline(Baseline.experiment("release 1"))
					.run();
				assertThat(result.comparison().score("exactMatch").matched()).isOne();
				assertThat(result.comparison().score("exactMatch").worse()).isOne();
			}, to(server));
			assertThat(this.folder.resolve("reports/support/echo.html")).content().contains("class=\"down\">-100.0 %");
		}
	}

	@Test
	void experimentThatIsAnsweredForGoodIsAnErrorBeforeTheFirstRow() {
		try (BraintrustServer server = new BraintrustServer()) {
			server.data().endless().add("experiment", experiment("e-1", "release 1", BraintrustData.PROJECT_ID));
			rows(server, "e-1");
			run((evals) -> assertThatIllegalStateException()
				.isThrownBy(() -> echo(evals, "good").baseline(Baseline.experiment("release 1")).run())
				.withMessage(
						"The experiment 'release 1' of the Braintrust project 'support' cannot be read. The server "
								+ "answers the same pages again."),
					to(server));
		}
	}

	@Test
	void latestExperimentIsThatOfTheSameNameWithOrWithoutASuffix(CapturedOutput output) {
		try (BraintrustServer server = new BraintrustServer()) {
			run((evals) -> assertThat(echo(evals, "good").baseline(Baseline.latest()).run().comparison()).isNull(),
					to(server));
			assertThat(output).contains("The experiment 'echo' has no baseline yet");
			server.data()
				.add("experiment", experiment("e-1", "echo", BraintrustData.PROJECT_ID))
				.add("experiment", experiment("e-2", "echo-1a2b3c4d", BraintrustData.PROJECT_ID))
				.add("experiment", experiment("e-3", "echo of others", BraintrustData.PROJECT_ID));
			rows(server, "e-2");
			compared(server, Baseline.latest());
		}
	}

	@Test
	void experimentIsNotAskedForWithoutAKey(CapturedOutput output) {
		run((evals) -> assertThat(echo(evals, "good").baseline(Baseline.latest()).run().comparison()).isNull());
		assertThat(output)
			.contains("The experiment 'echo' is not compared with the latest experiment: "
					+ "the Braintrust project 'support' has no API key")
			.doesNotContain("has no baseline yet");
	}

	private void compared(BraintrustServer server, Baseline baseline) {
		run((evals) -> {
			ExperimentResult<String, String, String> result = echo(evals, "good", "other", "new").baseline(baseline)
				.run();
			Comparison.ScoreChange change = result.comparison().score("exactMatch");
			assertThat(change.matched()).isEqualTo(2);
			assertThat(change.unmatched()).isOne();
			assertThat(change.better()).isOne();
			assertThat(change.difference()).isEqualTo(0.25, within(1e-9));
		}, to(server));
	}

	private String[] to(BraintrustServer server) {
		return new String[] { "braintrust.api-url=" + server.url(), "braintrust.app-url=" + server.url(),
				"braintrust.api-key=sk-test", "braintrust.evals.send=false" };
	}

	private static ObjectNode experiment(String id, String name, String project) {
		return JSON.createObjectNode().put("id", id).put("name", name).put("project_id", project);
	}

	// Scores are on the spans below the row. A later page has older versions of two of
	// them: one with another score, and one with a score that was removed later.
	private static void rows(BraintrustServer server, String experiment) {
		server.data()
			.hasRows(experiment, row("2", "r-1", false, "null", "{\"exactMatch\":0.1}"),
					row("5", "r-2", false, "null", "{\"exactMatch\":1}"), row("1", "r-1", true, "\"good\"", "{}"),
					row("2", "r-1", false, "{\"input\":\"good\"}", "{\"exactMatch\":0.5}"),
					row("3", "r-2", true, "\"other\"", "null"), row("4", "r-2", false, "null", "{\"exactMatch\":0}"),
					row("5", "r-2", false, "null", "null"));
	}

	private static ObjectNode row(String id, String root, boolean isRoot, String input, String scores) {
		ObjectNode row = JSON.createObjectNode().put("id", id).put("root_span_id", root).put("is_root", isRoot);
		row.set("input", JSON.readTree(input));
		row.set("scores", JSON.readTree(scores));
		return row;
	}

	static class Injected {

		@Autowired
		@BraintrustProject("support")
		private ProjectEvals evals;

	}

}
