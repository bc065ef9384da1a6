package dev.braintrust.spring.eval.score;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of {@link Scorers}. The tables are those of autoevals.
 */
class ScorersTests {

	@ParameterizedTest
	@CsvSource(nullValues = "null", value = { "'','',1", "'',a,0", "a,b,0", "ab,ac,0.5", "ac,bc,0.5", "abc,axc,0.66667",
			"xabxcdxxefxgx,1ab2cd34ef5g6,0.53846", "😀a,😀b,0.5" })
	void levenshteinIsTheShareOfCharactersThatStay(String output, String expected, double score) throws Exception {
		assertThat(ScoredRow.score(Scorers.levenshtein(), output, expected)).isEqualTo(score, within(1e-5));
	}

	@Test
	void textsMatchExactly() throws Exception {
		assertThat(ScoredRow.score(Scorers.exactMatch(), "a", "a")).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.exactMatch(), "a", "A")).isZero();
		assertThat(ScoredRow.score(Scorers.exactMatch(), "1", 1)).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.exactMatch(), null, "None")).isZero();
	}

	@Test
	void valuesMatchIfTheirJsonDoesInAnyOrderOfProperties() throws Exception {
		Map<String, Object> other = new LinkedHashMap<>();
		other.put("approve", true);
		other.put("amount", 5);
		assertThat(ScoredRow.score(Scorers.exactMatch(), new Decision(5, true), other)).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.exactMatch(), new Decision(5, true),
				JsonMapper.shared().readTree("{\"approve\":true,\"amount\":5}")))
			.isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.exactMatch(), new Decision(6, true), other)).isZero();
		assertThat(ScoredRow.score(Scorers.exactMatch(), List.of(1, 2), List.of(2, 1))).isZero();
	}

	@Test
	void outputContainsWhatIsExpected() throws Exception {
		assertThat(ScoredRow.score(Scorers.contains(), "a refund of 5", "refund")).isEqualTo(1);
		assertThat(ScoredRow.score(Scorers.contains(), "a Refund of 5", "refund")).isZero();
		assertThat(ScoredRow.score(Scorers.containsIgnoringCase(), "a Refund of 5", "reFund")).isEqualTo(1);
	}

	@Test
	void caseWithoutAnExpectedOutputCannotBeCompared() {
		for (Scorer<Object, Object, Object> scorer : List.of(Scorers.exactMatch(), Scorers.contains(),
				Scorers.levenshtein())) {
			assertThatIllegalStateException().isThrownBy(() -> ScoredRow.score(scorer, "a", null));
		}
	}

	record Decision(int amount, boolean approve) {

	}

}
