package dev.braintrust.spring.eval.score;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.braintrust.spring.eval.value.BestPairs;
import dev.braintrust.spring.eval.value.JsonSchema;
import dev.braintrust.spring.eval.value.Levenshtein;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.FilteredClassLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of {@link Scorers} with the test tables of autoevals.
 */
class ScorersTests {

	private static final List<String> WORDS = List.of("workspaces", "section", "view", "others", "workspace", "team",
			"pinning");

	private static final List<String> OTHER_WORDS = List.of("starred", "multiple different workspaces", "shortcuts");

	private static final String OBJECT_OF_TEXT_AND_NUMBER = """
			{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "number"}}, "required": ["a"]}""";

	@ParameterizedTest
	@CsvSource({ "'','',1", "'',a,0", "a,'',0", "a,a,1", "a,b,0", "ab,ac,0.5", "ac,bc,0.5", "abc,axc,0.66667",
			"xabxcdxxefxgx,1ab2cd34ef5g6,0.53846", "😀a,😀b,0.5" })
	void levenshteinIsTheShareOfCharactersThatStay(String output, String expected, double score) throws Exception {
		assertThat(ScoredRow.score(Scorers.levenshtein(), output, expected)).isEqualTo(score, within(1e-5));
		assertThat(ScoredRow.score(Scorers.jsonDiff(), output, expected)).isEqualTo(score, within(1e-5));
	}

	@Test
	void levenshteinOfLongTextsIsThatOfTheWholeTable() {
		Random random = new Random(1);
		for (int i = 0; i < 300; i++) {
			String one = text(random, random.nextInt(200));
			String other = (i % 2 == 0) ? text(random, random.nextInt(200)) : one.substring(one.length() / 3) + "abc";
			int longest = Math.max(Math.max(one.length(), other.length()), 1);
			assertThat(Levenshtein.similarity(one, other)).as("'%s' and '%s'", one, other)
				.isEqualTo(1 - (double) distance(one, other) / longest, within(1e-9));
		}
	}

	private static String text(Random random, int length) {
		return random.ints(length, 'a', 'e')
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private static int distance(String one, String other) {
		int[][] table = new int[one.length() + 1][other.length() + 1];
		for (int i = 0; i <= one.length(); i++) {
			for (int j = 0; j <= other.length(); j++) {
				table[i][j] = (i == 0) ? j : (j == 0) ? i : Math.min(1 + Math.min(table[i - 1][j], table[i][j - 1]),
						table[i - 1][j - 1] + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1));
			}
		}
		return table[one.length()][other.length()];
	}

	@Test
	void jsonDiffRefusesTextsThatAreTooLongTogether() throws Exception {
		List<String> output = List.of("x".repeat(20), "y".repeat(20), "the same".repeat(1000));
		List<String> expected = List.of("z".repeat(20), "z".repeat(20), "the same".repeat(1000));
		assertThat(ScoredRow.score(new JsonDiff(800), output, expected)).isEqualTo(1.0 / 3, within(1e-9));
		assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(new JsonDiff(799), output, expected))
			.withMessage("The texts of the output and of the expected output are together too long for jsonDiff");
	}

	@Test
	@Tag("fault")
	void levenshteinComparesLongTextsAndRefusesVeryLongOnes() throws Exception {
		String one = text(new Random(2), 100_000);
		assertThat(ScoredRow.score(Scorers.levenshtein(), one, "x" + one)).isEqualTo(1 - 1.0 / 100_001);
		assertThat(ScoredRow.score(Scorers.levenshtein(), one, text(new Random(3), 100_000))).isBetween(0.3, 0.9);
		assertThatIllegalStateException()
			.isThrownBy(() -> ScoredRow.score(Scorers.levenshtein(), one.repeat(4), one.repeat(4)))
			.withMessageContaining("400000 characters are too long for levenshtein");
	}

	@ParameterizedTest
	@CsvSource({ "0,0,1", "0,1,0", "1,2,0.66667", "1.0,2.0,0.66667", "-1,2,0", "1e308,1e308,1", "1e308,5e307,0.66667",
			"4e-324,4e-324,1", "'  7\n',7,1" })
	void numbersScoreByTheirDifference(String output, String expected, double score) throws Exception {
		assertThat(ScoredRow.score(Scorers.numericDiff(), output, expected)).isEqualTo(score, within(1e-5));
		assertThat(ScoredRow.score(Scorers.numericDiff(), new BigDecimal(output.strip()), Double.valueOf(expected)))
			.isEqualTo(score, within(1e-5));
	}

	@Test
	void valueThatIsNoFiniteNumberCannotBeComparedWithANumber() {
		for (Object value : List.of(Double.NaN, Double.POSITIVE_INFINITY, "NaN", "1e999", "a secret", List.of(1))) {
			assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(Scorers.numericDiff(), value, 1))
				.withMessage("The output is not a finite number")
				.withNoCause();
			assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(Scorers.numericDiff(), 1, value))
				.withMessage("The expected output is not a finite number");
		}
		assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(Scorers.numericDiff(), null, 1));
	}

	@ParameterizedTest
	@MethodSource
	void jsonScoresByItsParts(@Nullable Object output, @Nullable Object expected, double score) throws Exception {
		assertThat(ScoredRow.score(Scorers.jsonDiff(), output, expected)).isEqualTo(score, within(1e-4));
	}

	static Stream<Arguments> jsonScoresByItsParts() {
		return Stream.of(Arguments.of(null, null, 1), Arguments.of(null, "", 0), Arguments.of(List.of(), Map.of(), 0),
				Arguments.of(List.of(), List.of(), 1), Arguments.of(Map.of(), Map.of(), 1),
				Arguments.of(Map.of("a", 1), Map.of("a", 1), 1), Arguments.of(Map.of("a", 1), Map.of("a", 2), 0.66667),
				Arguments.of(Map.of("a", 1), List.of("a", 1), 0.57143),
				Arguments.of(Map.of("a", 1), Map.of("b", Map.of("a", 1)), 0),
				Arguments.of(Map.of("a", 1), Collections.singletonMap("a", null), 0),
				Arguments.of(Map.of("mapping", Map.of("a", "foo", "b", "bar")),
						Map.of("mapping", Map.of("a", "Foo", "b", "Bar"), "Extra", 5), 0.33333),
				Arguments.of("{\"x\": 1, \"y\": 2}", "{\"y\": 2, \"x\": 1}", 1),
				Arguments.of("{\"zs\": [\"a\", \"b\"], \"x\": 1, \"y\": 2}",
						"{\"y\": 2, \"zs\": [\"a\", \"b\"], \"x\": 1}", 1),
				Arguments.of("{\"o1\": {\"x\": 1, \"y\": 2}}", "{\"o1\": {\"y\": 2, \"x\": 1}}", 1),
				Arguments.of("{\"xs\": [{\"o1\": {\"x\": 1, \"y\": [2]}}]}",
						"{\"xs\": [{\"o1\": {\"y\": [2], \"x\": 1}}]}", 1),
				Arguments.of("{\"o1\": {\"x\": 2, \"y\": 2}}", "{\"o1\": {\"y\": 2, \"x\": 1}}", 0.83333),
				Arguments.of(Map.of("o1", Map.of("x", 2, "y", 2)), "{\"o1\": {\"y\": 2, \"x\": 1}}", 0.83333),
				Arguments.of("{\"x\": 1, \"y\": 2}", "{\"x\": 1, \"z\": 2}", 0.33333),
				Arguments.of("[1, 2]", "[1, 2]", 1), Arguments.of("[1, 2]", "[2, 1]", 0.66667),
				// Our own cases.
				Arguments.of(true, false, 0),
				Arguments.of(new Decision(5, true), Map.of("amount", 5, "approve", true), 1),
				Arguments.of(List.of(Double.NaN), List.of(1), 0),
				Arguments.of(List.of(Double.NaN), List.of(Double.NaN), 1), Arguments.of("[1e999999999]", "[1]", 0),
				Arguments.of(List.of(1L), List.of(1.0), 1));
	}

	@ParameterizedTest
	@MethodSource
	void listsScoreByTheirBestPairs(Object output, Object expected, double score) throws Exception {
		assertThat(ScoredRow.score(Scorers.listContains(Scorers.levenshtein()), output, expected)).isEqualTo(score,
				within(1e-4));
	}

	static Stream<Arguments> listsScoreByTheirBestPairs() {
		return Stream.of(Arguments.of(List.of(), List.of(), 1), Arguments.of(List.of(0), List.of(), 0),
				Arguments.of(List.of(), List.of(0), 0), Arguments.of(List.of("a"), List.of("a"), 1),
				Arguments.of(List.of("a"), List.of("a", "b"), 0.5), Arguments.of(List.of("a", "b"), List.of("a"), 0.5),
				Arguments.of(WORDS, OTHER_WORDS, 0.1218), Arguments.of(OTHER_WORDS, WORDS, 0.1218),
				// Our own cases.
				Arguments.of(new String[] { "b", "a" }, "[\"a\", \"b\"]", 1),
				Arguments.of(new int[] { 2, 1 }, List.of(1), 0.5),
				Arguments.of(List.of("a", "a"), List.of("a", "b"), 0.5));
	}

	@Test
	void furtherItemsMayBeAllowed() throws Exception {
		Scorer<Object, Object, Object> scorer = Scorers.listContainsWithExtras(Scorers.levenshtein());
		assertThat(ScoredRow.score(scorer, List.of("a", "b"), List.of("a"))).isEqualTo(1);
		assertThat(ScoredRow.score(scorer, List.of("a"), List.of("a", "b"))).isEqualTo(0.5);
		assertThat(ScoredRow.score(scorer, List.of("a"), List.of())).isEqualTo(1);
	}

	@Test
	void pairsAreTheBestOnesTogether() {
		Random random = new Random(4);
		for (int i = 0; i < 200; i++) {
			int size = 1 + random.nextInt(5);
			double[][] similar = IntStream.range(0, 1 + random.nextInt(5))
				.mapToObj((row) -> random.doubles(size).toArray())
				.toArray(double[][]::new);
			assertThat(BestPairs.sum(similar)).isEqualTo(best(similar, 0, new boolean[size]), within(1e-9));
		}
	}

	private static double best(double[][] similar, int row, boolean[] taken) {
		if (row == similar.length) {
			return 0;
		}
		double best = best(similar, row + 1, taken);
		for (int j = 0; j < taken.length; j++) {
			if (!taken[j]) {
				taken[j] = true;
				best = Math.max(best, similar[row][j] + best(similar, row + 1, taken));
				taken[j] = false;
			}
		}
		return best;
	}

	@Test
	void listThatCannotBeComparedIsAnError() {
		Scorer<Object, Object, Object> scorer = Scorers.listContains(Scorers.levenshtein());
		assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(scorer, "prose", List.of("a")))
			.withMessageContaining("The output is not a list");
		List<Integer> many = Collections.nCopies(1001, 1);
		assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(scorer, many, many))
			.withMessageContaining("more than 1000000 pairs");
		Scorer<Object, Object, Object> broken = Scorers.listContains(Scorers.of("broken", (it) -> Double.NaN));
		assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(broken, List.of(1), List.of(1)))
			.withMessageContaining("'broken' of a pair gave NaN");
	}

	@ParameterizedTest
	@MethodSource
	void outputIsValidJson(Object output, double score, @Nullable String schema) throws Exception {
		Scorer<Object, Object, Object> scorer = (schema != null) ? Scorers.validJson(schema) : Scorers.validJson();
		assertThat(ScoredRow.score(scorer, output, null)).isEqualTo(score);
	}

	static Stream<Arguments> outputIsValidJson() {
		return Stream.of(Arguments.of("1", 0, null), Arguments.of("{ \"a\": 1, \"b\": \"hello\" }", 1, null),
				Arguments.of("[{ \"a\": 1 }]", 1, null), Arguments.of("[{ \"a\": 1 }", 0, null),
				Arguments.of("{ \"mapping\": { \"a\": \"foo\", \"b\": \"bar\" }, \"extra\": 4 }", 1, null),
				Arguments.of("{ mapping: { \"a\": \"foo\", \"b\": \"bar\" }, \"extra\": 4 }", 0, null),
				Arguments.of("{ \"a\": \"1\" }", 1, OBJECT_OF_TEXT_AND_NUMBER),
				Arguments.of("{\"a\": \"1\", \"b\": \"1\"}", 0, OBJECT_OF_TEXT_AND_NUMBER),
				Arguments.of("[{\"a\": \"1\"}, {\"a\": \"1\", \"b\": 22}]", 1,
						"{\"type\": \"array\", \"items\": " + OBJECT_OF_TEXT_AND_NUMBER + ", \"uniqueItems\": true}"),
				Arguments.of(Map.of("a", "1", "b", "1"), 1, null),
				Arguments.of(List.of(Map.of("a", "1"), Map.of("a", "1", "b", 22)), 1, null), Arguments.of(100, 0, null),
				Arguments.of("100", 0, null),
				// Our own cases.
				Arguments.of("", 0, null), Arguments.of("{} and more", 0, null), Arguments.of("{\"a\": NaN}", 0, null),
				Arguments.of("100", 1, "{\"type\": \"integer\"}"), Arguments.of("", 0, "{}"),
				Arguments.of("prose", 0, "{}"));
	}

	@Test
	void schemaThatIsViolatedIsNamedWithoutTheValue() throws Exception {
		List<Score> scores = Scorers.validJson(OBJECT_OF_TEXT_AND_NUMBER)
			.score(ScoredRow.of("{\"a\": \"1\", \"b\": \"a secret\"}", null));
		assertThat(scores.get(0).rationale()).isEqualTo("It does not match the schema: /properties/b/type");
	}

	@Test
	void schemaThatCannotBeUsedIsRefusedAtOnce() {
		assertThatIllegalArgumentException().isThrownBy(() -> Scorers.validJson("{"))
			.withMessage("'schema' is not a JSON schema");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Scorers.validJson("{\"$ref\": \"http://localhost:1/schema.json\"}"))
			.withMessage("'schema' is not a JSON schema");
		assertThatIllegalStateException()
			.isThrownBy(() -> JsonSchema.of("{}", new FilteredClassLoader("com.networknt.schema")))
			.withMessage("'Scorers.validJson(schema)' needs a library that is missing. Add the dependency "
					+ "'com.networknt:json-schema-validator', version 3.");
	}

	// Python's property order and "None" as a text apply to autoevals only.
	@ParameterizedTest
	@MethodSource
	void outputMatchesExactly(@Nullable Object output, @Nullable Object expected, double score) throws Exception {
		assertThat(ScoredRow.score(Scorers.exactMatch(), output, expected)).isEqualTo(score);
	}

	static Stream<Arguments> outputMatchesExactly() {
		return Stream.of(Arguments.of("hello", "hello", 1), Arguments.of("hello", "world", 0),
				Arguments.of(123, 123, 1), Arguments.of(123, "123", 1),
				Arguments.of(ordered("a", 1, "b", 2), ordered("a", 1, "b", 2), 1),
				Arguments.of(ordered("a", 1, "b", 2), ordered("a", 1, "b", 3), 0),
				Arguments.of(List.of(1, 2, 3), List.of(1, 2, 3), 1),
				Arguments.of(List.of(1, 2, 3), List.of(3, 2, 1), 0),
				Arguments.of(ordered("a", 1, "b", 2), ordered("b", 2, "a", 1), 1),
				Arguments.of(ordered("a", 1, "b", 2), "{\"a\": 1, \"b\": 2}", 1),
				Arguments.of(ordered("a", 1, "b", 2), "{\"a\":1, \"b\":2}", 1),
				Arguments.of(ordered("a", 1, "b", 2), "{\"b\": 2, \"a\": 1}", 1),
				Arguments.of(ordered("a", 1, "b", 2), ordered("b", 2, "a", 1, "c", 3), 0), Arguments.of(null, null, 1),
				Arguments.of(null, "None", 0),
				// Our own cases.
				Arguments.of("a", "A", 0), Arguments.of(null, "null", 0), Arguments.of("{}", "{ }", 0),
				Arguments.of(Tone.POLITE, "POLITE", 1), Arguments.of(LocalDate.of(2026, 1, 2), "2026-01-02", 1),
				Arguments.of(new Decision(5, true), ordered("approve", true, "amount", 5), 1),
				Arguments.of(new Decision(5, true), tree("{\"approve\":true,\"amount\":5}"), 1),
				Arguments.of(new Decision(6, true), ordered("approve", true, "amount", 5), 0),
				Arguments.of(List.of(new BigDecimal("5.00")), List.of(5), 1), Arguments.of(tree("\"a\""), "a", 1),
				Arguments.of(List.of("1"), List.of(1), 0));
	}

	private static Map<String, Object> ordered(Object... properties) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < properties.length; i += 2) {
			map.put((String) properties[i], properties[i + 1]);
		}
		return map;
	}

	private static JsonNode tree(String json) {
		return JsonMapper.shared().readTree(json);
	}

	@Test
	void outputContainsWhatIsExpected() throws Exception {
		assertThat(ScoredRow.score(Scorers.contains(), "a refund of 5", "refund")).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.contains(), "a Refund of 5", "refund")).isZero();
		assertThat(ScoredRow.score(Scorers.containsIgnoringCase(), "a Refund of 5", "reFund")).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.contains(), null, "null")).isZero();
	}

	@Test
	void expressionIsFoundInTheOutput() throws Exception {
		assertThat(ScoredRow.score(Scorers.regex("[0-9]+ EUR"), "you get 5 EUR", null)).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.regex("^[0-9]+ EUR$"), "you get 5 EUR", null)).isZero();
		assertThat(ScoredRow.score(Scorers.regex(), "you get 5 EUR", "[0-9]+ EUR")).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.regex("a"), null, null)).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> Scorers.regex("("));
	}

	@Test
	void expressionThatSearchesForGoodEndsWithAnInterrupt() throws Exception {
		List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
		Thread search = new Thread(() -> {
			Thread.currentThread().interrupt();
			try {
				ScoredRow.score(Scorers.regex("(a|aa|aaa)+$"), "a".repeat(500) + "b", null);
			}
			catch (Throwable ex) {
				failures.add(ex);
			}
		});
		search.start();
		search.join(Duration.ofMinutes(1).toMillis());
		assertThat(search.isAlive()).isFalse();
		assertThat(failures).singleElement()
			.satisfies((failure) -> assertThat(failure).hasMessage("The search was interrupted"));
	}

	@Test
	void toolsAreThoseOfTheTrace() throws Exception {
		RowTrace trace = trace("lookup", "lookup", "refund");
		assertThat(score(Scorers.toolsUsed("lookup", "refund"), trace)).isEqualTo(Score.of(1));
		assertThat(score(Scorers.toolsUsed("lookup", "escalate"), trace))
			.isEqualTo(Score.of(0.5).because("Not used: escalate"));
		assertThat(score(Scorers.toolsUsed("lookup"), trace())).isEqualTo(Score.of(0).because("Not used: lookup"));
		assertThatIllegalArgumentException().isThrownBy(() -> Scorers.toolsUsed());
		assertThatIllegalArgumentException().isThrownBy(() -> Scorers.toolsUsed("lookup", "lookup"));
	}

	private static Score score(Scorer<Object, Object, Object> scorer, RowTrace trace) throws Exception {
		return scorer.score(new ScoredRow("input", "output", null, Map.of(), trace)).get(0);
	}

	private static RowTrace trace(String... tools) {
		return new RowTrace() {

			@Override
			public List<RowSpan> spans() {
				return Stream.of(tools)
					.map((tool) -> new RowSpan("1", "0", tool, "tool", Instant.EPOCH, Duration.ZERO, Map.of(), null))
					.toList();
			}

			@Override
			public TokenUsage usage() {
				return TokenUsage.NONE;
			}

		};
	}

	@Test
	void scorerCanHaveAnotherName() throws Exception {
		Scorer<Object, Object, Object> scorer = Scorers.regex("[0-9]+ EUR").named("names an amount");
		assertThat(scorer.name()).isEqualTo("names an amount");
		assertThat(ScoredRow.score(scorer, "5 EUR", null)).isEqualTo(1);
	}

	@Test
	void caseWithoutAnExpectedOutputCannotBeCompared() {
		for (Scorer<Object, Object, Object> scorer : List.of(Scorers.exactMatch(), Scorers.contains(), Scorers.regex(),
				Scorers.levenshtein(), Scorers.numericDiff(), Scorers.jsonDiff(),
				Scorers.listContains(Scorers.exactMatch()))) {
			assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(scorer, "a", null));
		}
	}

	@Test
	@Tag("fault")
	void jsonThatIsNestedForeverIsAnError() {
		String deep = "[".repeat(100_000) + "]".repeat(100_000);
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		for (Scorer<Object, Object, Object> scorer : List.of(Scorers.jsonDiff(), Scorers.validJson())) {
			assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(scorer, deep, "[]"))
				.withMessageContaining("nested too deep");
			assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(scorer, endless, "[]"))
				.withMessageContaining("cannot be written as JSON");
		}
		assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(Scorers.exactMatch(), endless, "[]"))
			.withMessageContaining("cannot be written as JSON");
	}

	enum Tone {

		POLITE

	}

	record Decision(int amount, boolean approve) {

	}

}
