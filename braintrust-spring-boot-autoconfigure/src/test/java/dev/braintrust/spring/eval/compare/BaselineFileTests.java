package dev.braintrust.spring.eval.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.compare.Comparison.ScoreChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of baseline files, and of comparisons with them.
 */
class BaselineFileTests {

	@TempDir
	private Path folder;

	private BaselineFile file() {
		return new BaselineFile(this.folder.resolve("evals/main.json"));
	}

	@Test
	void fileHasALineForEachInputInAStableOrder() throws IOException {
		ScoredInputs inputs = new ScoredInputs();
		inputs.add("{\"b\":1,\"a\":[1.0,\"x\"]}", Map.of("exact", 1.0));
		inputs.add("\"what?\"", Map.of("judge", 0.25, "exact", 0.0));
		file().bless(inputs);
		assertThat(Files.readString(file().file())).isEqualTo("""
				[
				{"input":"what?","scores":{"exact":0.0,"judge":0.25}},
				{"input":{"a":[1,"x"],"b":1},"scores":{"exact":1.0}}
				]
				""");
		assertThat(Files.list(this.folder.resolve("evals"))).hasSize(1);
	}

	@Test
	void whatIsWrittenIsReadAgain() {
		ScoredInputs inputs = new ScoredInputs();
		List<String> all = List.of("\"a\"", "12345678901234567890.5", "1e300", "null", "[]", "{\"ä\":\"\\ud800 \"}",
				"\"" + "x".repeat(199) + "😀" + "y".repeat(20_000) + "\"");
		all.forEach((input) -> inputs.add(input, Map.of("third", 1.0 / 3)));
		file().bless(inputs);
		ScoredInputs read = file().read();
		assertThat(read).isNotNull();
		assertThat(read.inputs()).isEqualTo(inputs.inputs()).hasSize(all.size());
		assertThat(all).allMatch((input) -> read.scores(input).equals(Map.of("third", 1.0 / 3)));
	}

	@Test
	void longInputIsAHashInTheFile() throws IOException {
		ScoredInputs inputs = new ScoredInputs();
		inputs.add("\"" + "x".repeat(1_000_000) + "\"", Map.of("s", 1.0));
		file().bless(inputs);
		assertThat(Files.size(file().file())).isLessThan(1000);
		assertThat(Files.readString(file().file())).contains("\"length\":1000002", "sha256");
	}

	@Test
	void missingFileIsNoBaseline() {
		assertThat(file().read()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "[{\"input\":1,\"scores\":{}}, oops] | line 1, column", "{} | it is not an array",
					"[{\"scores\":{}}] | its row 0 has no input",
					"[{\"input\":1,\"scores\":{\"s\":\"x\"}}] | its score 's' is not a number" })
	void brokenFileSaysWhereAndWhatToDo(String text, String problem) throws IOException {
		Files.createDirectories(file().file().getParent());
		Files.writeString(file().file(), text);
		assertThatIllegalStateException().isThrownBy(() -> file().read())
			.withMessageContaining("main.json' cannot be read: ")
			.withMessageContaining(problem)
			.withMessageContaining("braintrust.evals.bless=true");
	}

	@Test
	void rowsAreComparedByTheirInputs() {
		ScoredInputs before = new ScoredInputs();
		before.add("{\"id\":1,\"amount\":5.00}", Map.of("s", 0.5));
		before.add("\"same\"", Map.of("s", 1.0));
		before.add("\"worse\"", Map.of("s", 1.0));
		before.add("\"gone\"", Map.of("s", 0.0));
		ScoredInputs after = new ScoredInputs();
		after.add("{ \"amount\": 5, \"id\": 1 }", Map.of("s", 1.0));
		after.add("\"same\"", Map.of("s", 1.0 - 1e-12));
		after.add("\"worse\"", Map.of("s", 0.5));
		after.add("\"new\"", Map.of("s", 1.0));
		ScoreChange change = after.compare("main", before, List.of("s", "other")).score("s");
		assertThat(change).isNotNull();
		assertThat(change.matched()).isEqualTo(3);
		assertThat(change.unmatched()).isEqualTo(2);
		assertThat(change.better()).isEqualTo(1);
		assertThat(change.worse()).isEqualTo(1);
		assertThat(change.before()).isEqualTo(2.5 / 3, within(1e-9));
		assertThat(change.difference()).isEqualTo(0, within(1e-9));
		assertThat(after.compare("main", before, List.of("other")).score("other"))
			.extracting(ScoreChange::matched, ScoreChange::difference)
			.containsExactly(0, 0.0);
	}

	@Test
	void rowsOfOneInputAreOneMeanWhateverTheirOrder() {
		ScoredInputs one = new ScoredInputs();
		ScoredInputs other = new ScoredInputs();
		List<Double> values = List.of(0.1, 0.2, 0.3, 0.7);
		values.forEach((value) -> one.add("1", Map.of("s", value)));
		List.of(0.7, 0.3, 0.1, 0.2).forEach((value) -> other.add("1.0", Map.of("s", value)));
		assertThat(one.scores("1")).isEqualTo(other.scores("1"));
		assertThat(one.compare("", other, List.of("s")).score("s")).extracting(ScoreChange::matched).isEqualTo(1);
	}

}
