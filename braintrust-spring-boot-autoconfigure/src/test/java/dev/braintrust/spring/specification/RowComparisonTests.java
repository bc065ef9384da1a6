package dev.braintrust.spring.specification;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests that {@link RowComparison} finds differences, and that it accepts everything that
 * the specification allows.
 */
class RowComparisonTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			a: 1                              | {"a": 1.0, "b": 2}
			a: one                            | {"a": "one"}
			a: true                           | {"a": true}
			a: null                           | {}
			[1, 2]                            | [1, 2, 3]
			[{a: 1}]                          | {"a": 1}
			a: !starts_with gpt               | {"a": "gpt-4o"}
			a: !fn is_non_negative_number     | {"a": 0}
			a: !fn is_non_empty_string        | {"a": "x"}
			a: !fn is_reasoning_message       | {"a": []}
			a: !fn is_reasoning_message       | {"a": [{"type": "summary_text", "text": "so"}]}
			a: !fn 'lambda value: "x" in value' | {"a": "axe"}
			a: !fn 'lambda v: "x" in v'       | {"a": ["x"]}
			a: !or [{b: 1}, {b: 2}]           | {"a": {"b": 2}}
			""")
	void rowThatIsAsExpectedHasNoDifference(String expected, String actual) {
		assertThat(differences(expected, actual)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			a: 1                              | {"a": 2}            | row.a
			a: 1                              | {"a": "1"}          | row.a
			a: '1'                            | {"a": 1}            | row.a
			a: true                           | {"a": "true"}       | row.a
			a: {b: {c: 1}}                    | {"a": {"b": {}}}    | row.a.b.c
			a: {b: 1}                         | {"a": "b"}          | row.a
			[{a: 1}, {a: 2}]                  | [{"a": 1}]          | row
			[{a: 1}, {a: 2}]                  | [{"a": 1}, {"a": 3}] | row[1].a
			a: !starts_with gpt               | {"a": "o1"}         | row.a
			a: !starts_with gpt               | {}                  | row.a
			a: !fn is_non_negative_number     | {"a": -1}           | row.a
			a: !fn is_non_negative_number     | {"a": "1"}          | row.a
			a: !fn is_non_empty_string        | {"a": ""}           | row.a
			a: !fn is_non_empty_string        | {"a": null}         | row.a
			a: !fn is_reasoning_message       | {"a": [{"type": "text", "text": "so"}]} | row.a
			a: !fn 'lambda value: "x" in value' | {"a": "yes"}         | row.a
			a: !or [{b: 1}, {b: 2}]           | {"a": {"b": 3}}     | row.a
			""")
	void rowThatIsNotAsExpectedHasADifferenceWithItsPath(String expected, String actual, String path) {
		assertThat(differences(expected, actual)).singleElement().asString().startsWith(path + ": ");
	}

	@Test
	void allDifferencesAreCollected() {
		assertThat(differences("{a: 1, b: {c: 2, d: 3}}", "{\"a\": 0, \"b\": {\"c\": 0, \"d\": 3}}"))
			.containsExactly("row.a: expected=1, actual=0", "row.b.c: expected=2, actual=0");
	}

	@Test
	void predicateThatIsNotKnownIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> differences("a: !fn is_prime", "{\"a\": 2}"))
			.withMessageContaining("is_prime");
	}

	private static List<String> differences(String expected, String actual) {
		JsonNode row = JSON.readTree(actual);
		return RowComparison.differences("row", row, SpecificationCase.parseRow(expected));
	}

}
