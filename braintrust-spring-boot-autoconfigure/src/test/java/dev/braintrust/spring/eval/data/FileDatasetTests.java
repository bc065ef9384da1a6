package dev.braintrust.spring.eval.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.FilteredClassLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of datasets in files.
 */
class FileDatasetTests {

	@TempDir
	Path directory;

	@Test
	void linesOfJsonAreCases() throws IOException {
		assertThat(Dataset.jsonl(file("\uFEFF{\"input\":\"a\",\"expected\":\"b\"}\r\n\r\n  "
				+ "{\"input\":5,\"expected\":null,\"metadata\":{\"k\":[1],\"n\":null},\"tags\":[\"x\"],\"id\":\"7\",\"trials\":3}")))
			.containsExactly(EvalCase.of("a", "b"),
					EvalCase.<String, String>of("5")
						.metadata("k", List.of(1))
						.metadata("n", null)
						.tags("x")
						.id("7")
						.trials(3));
	}

	@Test
	void arrayOfJsonHasCases() throws IOException {
		assertThat(Dataset.json(file("\uFEFF [ {\"input\":\"a\"},\n\n{\"input\":\"b\"} ] \n")))
			.containsExactly(EvalCase.of("a"), EvalCase.of("b"));
	}

	@Test
	void markOfTheOrderOfBytesIsNoCase() throws IOException {
		assertThat(Dataset.jsonl(file("\uFEFF\n{\"input\":\"a\"}\n"))).containsExactly(EvalCase.of("a"));
		assertThat(Dataset.csv(file("\uFEFF\ninput\na\n"))).containsExactly(EvalCase.of("a"));
		Path array = Files.write(this.directory.resolve("utf-16.json"),
				"\uFEFF[{\"input\":\"käse\"}]".getBytes(StandardCharsets.UTF_16LE));
		assertThat(Dataset.json(array.toString())).containsExactly(EvalCase.of("käse"));
	}

	@Test
	void linesOfCsvAreCases() throws IOException {
		assertThat(Dataset.csv(file("""
				\uFEFFinput,expected,tags,metadata.language,metadata.hints\r
				I want my money back,refund,angry; late,en,"[1, 2]"\r
				\r
				"a ""quoted"" text,
				in two lines",,,,\r
				"{""a"": 1}","","[""x;y""]",,"""))).containsExactly(
				EvalCase.of("I want my money back", "refund")
					.tags("angry", "late")
					.metadata("language", "en")
					.metadata("hints", List.of(1, 2)),
				EvalCase.of("a \"quoted\" text,\nin two lines"), EvalCase.of("{\"a\": 1}", "").tags("x;y"));
	}

	@Test
	void columnsArePropertiesOfObjects() throws IOException {
		String file = file("""
				input.order,input.amount,input.day,input.lines,expected,id
				A1,5.50,2026-01-02,"[1,2]","{""approve"":true}",one
				A2,7,,,,
				""");
		assertThat(Dataset.csv(file, Refund.class, Decision.class)).containsExactly(
				EvalCase.of(new Refund("A1", 5.5, LocalDate.of(2026, 1, 2), List.of(1, 2)), new Decision(true))
					.id("one"),
				EvalCase.of(new Refund("A2", 7, null, null)));
		assertThat(Dataset.csv(file("input,expected\n5,true\n"), Integer.class, Boolean.class))
			.containsExactly(EvalCase.of(5, true));
	}

	@Test
	void inputsAndExpectedOutputsHaveTypes() throws IOException {
		String row = "{\"input\":{\"order\":\"A1\",\"amount\":5,\"day\":\"2026-01-02\",\"lines\":[1]},\"expected\":{\"approve\":true}}";
		EvalCase<Refund, Decision> expected = EvalCase.of(new Refund("A1", 5, LocalDate.of(2026, 1, 2), List.of(1)),
				new Decision(true));
		assertThat(Dataset.jsonl(file(row), Refund.class, Decision.class)).containsExactly(expected);
		assertThat(Dataset.json(file("[" + row + "]"), Refund.class, Decision.class)).containsExactly(expected);
		assertThat(Dataset.jsonl(file(row), Map.class, JsonNode.class)).first()
			.satisfies((each) -> assertThat(each.input()).containsEntry("order", "A1"));
	}

	@Test
	void locationsAreThoseOfSpring() throws IOException {
		List<EvalCase<String, String>> cases = cases(Dataset.jsonl("classpath:evals/refunds.jsonl"));
		assertThat(cases).hasSize(2);
		assertThat(cases.get(0).metadata()).containsEntry("language", "en");
		assertThat(cases(Dataset.jsonl("src/test/resources/evals/refunds.jsonl"))).isEqualTo(cases);
		assertThat(cases(Dataset.jsonl("file:src/test/resources/evals/refunds.jsonl"))).isEqualTo(cases);
		assertThat(cases(Dataset.jsonl(Path.of("src/test/resources/evals/refunds.jsonl").toUri().toString())))
			.isEqualTo(cases);
	}

	@Test
	void rowThatBraintrustHasExportedIsACase() throws IOException {
		assertThat(Dataset
			.jsonl(file("{\"id\":\"1\",\"_xact_id\":\"2\",\"created\":\"2026-01-02T00:00:00Z\",\"input\":\"a\","
					+ "\"expected\":null,\"tags\":null,\"metadata\":null,\"origin\":null,\"is_root\":true}")))
			.containsExactly(EvalCase.<String, String>of("a").id("1"));
	}

	@Test
	void fileIsReadAgainForEachRun() throws IOException {
		Path file = Path.of(file("{\"input\":\"a\"}"));
		Dataset<String, String> dataset = Dataset.jsonl(file.toString());
		assertThat(dataset).hasSize(1);
		Files.writeString(file, "{\"input\":\"a\"}\n{\"input\":\"a\"}");
		assertThat(dataset).hasSize(2);
	}

	@ParameterizedTest
	@MethodSource
	void fileThatCannotBeReadIsAnErrorThatNamesThePlaceAndNoContent(Function<String, Dataset<?, ?>> dataset,
			String content, String message) throws IOException {
		String file = file(content);
		assertThatIllegalStateException().isThrownBy(() -> cases(dataset.apply(file)))
			.withMessageStartingWith("The dataset '" + file + "' " + message)
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
	}

	static Stream<Arguments> fileThatCannotBeReadIsAnErrorThatNamesThePlaceAndNoContent() {
		Function<String, Dataset<?, ?>> json = Dataset::json;
		Function<String, Dataset<?, ?>> jsonl = Dataset::jsonl;
		Function<String, Dataset<?, ?>> csv = Dataset::csv;
		Function<String, Dataset<?, ?>> typed = (file) -> Dataset.jsonl(file, Refund.class, Decision.class);
		Function<String, Dataset<?, ?>> columns = (file) -> Dataset.csv(file, Refund.class, Decision.class);
		return Stream.of(Arguments.of(json, "", "has no cases."), Arguments.of(jsonl, "\n \n", "has no cases."),
				Arguments.of(csv, "", "has no cases."), Arguments.of(csv, "input\n\n", "has no cases."),
				Arguments.of(json, "[]", "has no cases."),
				Arguments.of(json, "{\"input\":\"secret\"}", "has an error in line 1: it does not begin with '['."),
				Arguments.of(json, "[{\"input\":\"a\"},\n {\"input\":secret}]", "has an error in line 2, column "),
				Arguments.of(json, "[{\"input\":\"a\"}\n", "has an error in line 2, column 1: it is not JSON."),
				Arguments.of(json, "[{\"input\":\"a\"}]\n[]", "has an error in line 2: there is something after"),
				Arguments.of(json, "[{\"input\":\"a\"},\n\"secret\"]",
						"has an error in line 2: it is not a JSON object."),
				Arguments.of(json, "[{\"input\":\"a\"},\n{\"input\":\"a\",\"input\":\"secret\"}]",
						"has an error in line 2, column "),
				Arguments.of(jsonl, "{\"input\":\"a\"}\n{\"input\":\"secret\n\"}",
						"has an error in line 2, column 17: it is not JSON. Write each case as one line"),
				Arguments.of(jsonl, "{\"input\":\"a\"} {\"input\":\"secret\"}",
						"has an error in line 1, column 15: it is not JSON."),
				Arguments.of(jsonl, "{\"input\":\"a\",\"expcted\":\"secret\"}",
						"has an error in line 1: 'expcted' is not a property of a case."),
				Arguments.of(jsonl, "{\"expected\":\"secret\"}", "has an error in line 1: it has no 'input'."),
				Arguments.of(jsonl, "{\"input\":{\"a\":\"secret\"}}",
						"has an error in line 1: its 'input' cannot be read as java.lang.String. "),
				Arguments.of(jsonl, "{\"input\":\"a\",\"tags\":\"secret\"}",
						"has an error in line 1: its 'tags' are no"),
				Arguments.of(jsonl, "{\"input\":\"a\",\"metadata\":\"secret\"}",
						"has an error in line 1: its 'metadata' is no"),
				Arguments.of(jsonl, "{\"input\":\"a\",\"trials\":\"secret\"}",
						"has an error in line 1: its 'trials' is not a"),
				Arguments.of(typed, "{\"input\":{\"amount\":1}}\n{\"input\":{\"amount\":\"secret\"}}",
						"has an error in line 2: its 'input' cannot be read as " + Refund.class.getName()
								+ ", because of its 'amount'. "),
				Arguments.of(typed, "{\"input\":{\"amount\":1},\"expected\":{\"approve\":true,\"colour\":\"secret\"}}",
						"has an error in line 1: its 'expected' cannot be read as " + Decision.class.getName()
								+ ", which has no property 'colour'. "),
				Arguments.of(csv, "expected\nsecret\n", "has an error in line 1: it has no column 'input'."),
				Arguments.of(csv, "input;expected\nsecret;b\n",
						"has an error in line 1: 'input;expected' is not a column"),
				Arguments.of(csv, "input,\nsecret,b\n", "has an error in line 1: '' is not a column"),
				Arguments.of(csv, "input,input.\nsecret,b\n", "has an error in line 1: 'input.' is not a column"),
				Arguments.of(csv, "input,input\nsecret,b\n", "has an error in line 1: it has the column 'input' twice"),
				Arguments.of(csv, "input,input.a\nsecret,b\n",
						"has an error in line 1: it has the column 'input.a' twice"),
				Arguments.of(csv, "input,expected\na,b\nsecret\n",
						"has an error in line 3: it has fewer columns than the header: 1, not 2."),
				Arguments.of(csv, "input,expected\na,\"b\nc\"\nsecret,b,c\n",
						"has an error in line 4: it has too many columns: more than 2."),
				Arguments.of(csv, "input,expected\n,secret\n", "has an error in line 2: it has no 'input'."),
				Arguments.of(csv, "input\na\n\"secret\n\n", "has an error in line "),
				Arguments.of(columns, "input.order,input.amount\nA,1\n\nA,secret\n",
						"has an error in line 4: its 'input' cannot be read as " + Refund.class.getName()
								+ ", because of its 'amount'. "),
				Arguments.of(columns, "input.amount,input.colour\n1,secret\n",
						"has an error in line 2: its 'input' cannot be read as " + Refund.class.getName()
								+ ", which has no property 'colour'. "));
	}

	@Test
	void textThatIsNotInUtf8IsAnError() throws IOException {
		Path file = this.directory.resolve("latin.csv");
		byte[] latin = "{\"input\":\"käse\"}".getBytes(StandardCharsets.ISO_8859_1);
		Files.write(file, latin);
		assertThatIllegalStateException().isThrownBy(() -> cases(Dataset.jsonl(file.toString())))
			.withMessageContaining("it is not JSON. Write each case as one line, in UTF-8.");
		Files.write(file, "input\nkäse\n".getBytes(StandardCharsets.ISO_8859_1));
		assertThatIllegalStateException().isThrownBy(() -> cases(Dataset.csv(file.toString())))
			.withMessageContaining("save the file in UTF-8");
	}

	@Test
	void fileThatIsNotThereIsNamed() {
		for (String location : List.of("nowhere.jsonl", "file:nowhere.jsonl", "classpath:nowhere.jsonl")) {
			assertThatIllegalStateException().isThrownBy(() -> cases(Dataset.jsonl(location)))
				.withMessage("The dataset '" + location + "' does not exist. Correct the location: it is a path, or "
						+ "begins with 'classpath:' or 'file:'.");
		}
		assertThatIllegalStateException().isThrownBy(() -> cases(Dataset.jsonl(this.directory.toString())))
			.withMessageStartingWith("The dataset '" + this.directory + "' ");
		assertThatIllegalArgumentException().isThrownBy(() -> Dataset.jsonl("https://localhost:1/a.jsonl"))
			.withMessageContaining("is on the network. Download it");
	}

	@Test
	void libraryOfCsvThatIsMissingIsNamed() {
		assertThatIllegalStateException()
			.isThrownBy(
					() -> CsvFormat.of(String.class, String.class, new FilteredClassLoader("tools.jackson.dataformat")))
			.withMessage("'Dataset.csv' needs a library that is missing. Add the dependency "
					+ "'tools.jackson.dataformat:jackson-dataformat-csv'.");
	}

	@Test
	void hundredThousandLinesAreRead() throws IOException {
		String lines = IntStream.range(0, 100_000)
			.mapToObj((i) -> "{\"input\":\"question " + i + "\",\"expected\":\"answer\"}")
			.collect(Collectors.joining("\n"));
		assertThat(Dataset.jsonl(file(lines))).hasSize(100_000)
			.last()
			.isEqualTo(EvalCase.of("question 99999", "answer"));
	}

	@Test
	@Tag("fault")
	void fileWithoutEndIsAnErrorBeforeItFillsTheMemory() {
		CaseReader<String, String> reader = new CaseReader<>(String.class, String.class);
		CsvFormat csv = CsvFormat.of(String.class, String.class, null);
		FileDataset.Rows none = (line, row) -> {
		};
		assertThatExceptionOfType(CaseProblem.class)
			.isThrownBy(() -> JsonFormats.lines(new Endless("{\"input\":\"", "a"), reader, none))
			.withMessageContaining("it is longer than 64 MB");
		assertThatExceptionOfType(CaseProblem.class)
			.isThrownBy(() -> JsonFormats.array(new Endless("[{\"input\":\"", "a"), reader, none))
			.withMessageContaining("too large");
		assertThatExceptionOfType(CaseProblem.class)
			.isThrownBy(() -> JsonFormats.array(new Endless("", "["), reader, none))
			.withMessageContaining("nested too deep");
		for (String begin : List.of("input\n\"", "input\n", "", "input\na,\"")) {
			assertThatExceptionOfType(CaseProblem.class)
				.isThrownBy(() -> csv.read(new Endless(begin, "a"), reader, none))
				.withMessageMatching("it (is too large to be read|has too many columns: more than 1\\.).*");
		}
		assertThatExceptionOfType(CaseProblem.class)
			.isThrownBy(() -> csv.read(new Endless("input", ",a"), reader, none))
			.withMessageContaining("it has too many columns: more than 1000.");
		assertThatExceptionOfType(CaseProblem.class)
			.isThrownBy(() -> csv.read(new Endless("input\na", ",a"), reader, none))
			.withMessageContaining("it has too many columns: more than 1.");
	}

	private String file(String content) throws IOException {
		return Files.writeString(this.directory.resolve("cases"), content).toString();
	}

	private static <I, E> List<EvalCase<I, E>> cases(Dataset<I, E> dataset) {
		List<EvalCase<I, E>> cases = new ArrayList<>();
		dataset.forEach(cases::add);
		return Collections.unmodifiableList(cases);
	}

	record Refund(String order, double amount, @Nullable LocalDate day, @Nullable List<Integer> lines) {

	}

	record Decision(boolean approve) {

	}

	/**
	 * A file that begins with a text and never ends.
	 */
	private static final class Endless extends InputStream {

		private final byte[] begin;

		private final byte[] rest;

		private int position;

		Endless(String begin, String rest) {
			this.begin = begin.getBytes(StandardCharsets.UTF_8);
			this.rest = rest.getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public int read() {
			if (this.position < this.begin.length) {
				return this.begin[this.position++];
			}
			return this.rest[this.position++ % this.rest.length];
		}

		@Override
		public int read(byte[] bytes, int offset, int length) {
			for (int i = 0; i < length; i++) {
				bytes[offset + i] = (byte) read();
			}
			return length;
		}

	}

}
