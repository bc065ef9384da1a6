package dev.braintrust.spring.eval.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.braintrust.spring.eval.ExperimentResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests of the report files.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReportFilesTests {

	@TempDir
	private static Path folder;

	private static ExperimentResult<String, String, String> result;

	@BeforeAll
	static void run() {
		result = new ShownExperiment().run(folder);
	}

	@Test
	void jsonHasScoresComparisonRowsAndSpans() throws IOException {
		Path file = folder.resolve("a/b/report.json");
		result.writeJson(file);
		JsonNode json = new JsonMapper().readTree(file.toFile());
		assertThat(json.path("name").asString()).isEqualTo("refund answers");
		assertThat(json.path("baseline").asString()).isEqualTo("main.json");
		assertThat(json.at("/scores/judge/mean").asDouble()).isEqualTo(0.4);
		assertThat(json.at("/scores/judge/worse").asInt()).isOne();
		assertThat(json.path("rows")).hasSize(5);
		assertThat(json.at("/rows/0/scores/judge").asDouble()).isEqualTo(0.8);
		assertThat(json.at("/rows/0/spans/0/input").asString()).isEqualTo("Where is my order 4711?");
		assertThat(json.at("/rows/0/spans/0/tags/0").asString()).isEqualTo("tracking");
		assertThat(json.at("/rows/3/error").asString()).isEqualTo("java.lang.IllegalArgumentException");
		assertThat(json.at("/rows/4/scorerErrors/toneOfVoice").asString()).isEqualTo("java.lang.IllegalStateException");
		assertThat(file.getParent()).isDirectoryNotContaining((each) -> each.toString().endsWith(".tmp"));
	}

	@Test
	void summaryForGitHubIsAppendedAndHasNoMarkupOfOthers() throws IOException {
		Path summary = folder.resolve("summary.md");
		Files.writeString(summary, "before\n");
		ReportFiles.summarize(reported(), "refund answers", summary);
		assertThat(summary).content()
			.startsWith("before\n### refund answers\n\nproject support · 5 rows · 2 with errors")
			.contains("| score | mean | ± | baseline | better | worse | rows |",
					"| judge | 40.0 % | 12.6 | -20.0 % | 1 | 1 | 5 |",
					"| toneOfVoice | 67.5 % | 22.5 | | | | 4, 1 failed |");
	}

	@Test
	void fileThatCannotBeWrittenIsAWarning(CapturedOutput output) throws IOException {
		Path file = Files.createFile(folder.resolve("file"));
		assertThat(ReportFiles.write(reported(), "refund\nanswers", file.resolve("page.html"))).isNull();
		ReportFiles.summarize(reported(), "refund answers", folder);
		assertThat(output).contains(
				"A report of the experiment 'refund answers' cannot be written to '" + file.resolve("page.html") + "'",
				"cannot be written to '" + folder + "'", "The result of the run is not affected.");
	}

	private Reported reported() {
		return new Reported(result, (row) -> List.of(), (row) -> Map.of());
	}

	@Test
	void rowsWithoutSpansSayWhy() throws IOException {
		Path page = ReportFiles.write(reported(), "bare", ReportFiles.page("support", "bare", folder));
		assertThat(page).isEqualTo(folder.resolve("support/bare.html"))
			.content()
			.contains("The content of this row is not recorded", "java.lang.IllegalArgumentException")
			.doesNotContain("4711", "No answer to");
	}

	@Test
	void pagesOfTheSameNameDiffer() {
		assertThat(List.of(ReportFiles.ownPage("support", "same-2", folder),
				ReportFiles.ownPage("support", "same", folder), ReportFiles.ownPage("support", "Same", folder),
				ReportFiles.ownPage("support", "same", folder.resolve("x/.."))))
			.extracting((page) -> folder.relativize(page).toString())
			.containsExactly("support/same-2.html", "support/same.html", "support/same-3.html", "support/same-4.html");
		assertThat(ReportFiles.ownPage("research", "same", folder)).isEqualTo(folder.resolve("research/same.html"));
	}

	@Test
	void rowHasAPlaceOnThePage() throws IOException {
		Path page = ReportFiles.write(reported(), "places", ReportFiles.page("support", "places", folder));
		assertThat(ReportFiles.row(page, 4, 0).toString()).startsWith("file:").endsWith("/support/places.html#row-4");
		assertThat(ReportFiles.row(page, 4, 2).getFragment()).isEqualTo("row-4-2");
		assertThat(page).content().containsOnlyOnce("id=\"row-4\"");
	}

	@Test
	void reportsAreForTheirOwnerAlone() throws IOException {
		assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
		Path page = ReportFiles.write(reported(), "owned", ReportFiles.page("support", "owned", folder));
		for (Path file : List.of(page, page.resolveSibling("owned.json"))) {
			assertThat(Files.getPosixFilePermissions(file)).containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ,
					PosixFilePermission.OWNER_WRITE);
		}
	}

	@ParameterizedTest
	@CsvSource({ "refund answers, refund-answers", "../../etc/passwd, etc-passwd", "C:\\x, c-x", "Größe 2.0, größe-2.0",
			"'...', experiment-b26e", "' ', experiment-20", ".hidden, hidden" })
	void namesAreNamesOfFiles(String name, String file) {
		assertThat(ReportFiles.fileName(name)).isEqualTo(file);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "評価", "\uD83D\uDE00", "a b" })
	void longNamesAreShortAndDiffer(String part) {
		String file = ReportFiles.fileName(part.repeat(200) + "1");
		assertThat(file.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(100);
		assertThat(file).isNotEqualTo(ReportFiles.fileName(part.repeat(200) + "2"));
	}

	@Test
	void namesAreAsciiWhereTheFileSystemTakesNoOther() {
		Predicate<String> ascii = StandardCharsets.US_ASCII.newEncoder()::canEncode;
		assertThat(ReportFiles.fileName("Größe 2.0", ascii)).matches("gr-e-2\\.0-[0-9a-f]+");
		assertThat(ReportFiles.fileName("評価", ascii)).matches("experiment-[0-9a-f]+");
		assertThat(ReportFiles.fileName("Size 2.0", ascii)).isEqualTo("size-2.0");
	}

	@Test
	void textIsEscaped() {
		assertThat(Html.escape("<a href='x'>&\"\n\t\u0000\u202E\ud800😀"))
			.isEqualTo("&lt;a href=&#39;x&#39;&gt;&amp;&quot;\n\t\uFFFD\uFFFD\uFFFD😀");
		assertThat(Html.readable("\"a\\nb\"")).isEqualTo("a\nb");
		assertThat(Html.readable("no json {")).isEqualTo("no json {");
		assertThat(Html.readable("\"" + "x".repeat(30_000) + "\"")).endsWith("x… (10,000 more characters)");
		assertThat(Html.excerpt("\"ab\uD83D\uDE00c\"", 3)).isEqualTo("ab…");
		assertThat(Html.excerpt("\"ab\uD83D\uDE00c\"", 4)).isEqualTo("ab\uD83D\uDE00…");
	}

}
