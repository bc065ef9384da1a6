package dev.braintrust.spring.eval.judge;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link VerdictConverter}.
 */
class VerdictConverterTests {

	private final VerdictConverter converter = new VerdictConverter(List.of("A", "B", "yes"));

	@ParameterizedTest
	@ValueSource(strings = { "{\"reasons\":\"r\",\"choice\":\"B\"}", "{\"choice\":\"B\",\"reasons\":\"r\"}",
			"```json\n{\"reasons\": \"r\", \"choice\": \"B\"}\n```", "```\n{\"reasons\":\"r\",\"choice\":\"B\",}\n```",
			"Here it is: {\"reasons\":\"r\",\"choice\":\"B\"} I hope that helps.",
			"<think>{\"choice\":\"A\"} perhaps</think>{\"reasons\":\"r\",\"choice\":\"B\"}",
			"The form is {\"reasons\":\"…\",\"choice\":\"A\"}. So: {\"reasons\":\"r\",\"choice\":\"B\"}",
			"{\"reasons\":\"r\",\"choice\":\"(b).\"}", "{'reasons':'r','choice':'B'}", "r\nB", "r\n**Choice: B**",
			"r\nFinal answer: (B)", "r\n\nThe answer is B." })
	void verdictIsReadFromWhatModelsAnswer(String answer) {
		assertThat(this.converter.verdict(answer)).isEqualTo(new Verdict("r", "B"));
	}

	@Test
	void reasonsMayHaveAnyForm() {
		assertThat(this.converter.verdict("{\"reasons\":\"a {brace}\nand a line\",\"choice\":\"A\"}"))
			.isEqualTo(new Verdict("a {brace}\nand a line", "A"));
		assertThat(this.converter.verdict("{\"reasons\":[\"one\",\"two\"],\"choice\":\"A\"}").reasons())
			.isEqualTo("[\"one\",\"two\"]");
		assertThat(this.converter.verdict("{\"choice\":\"A\"}").reasons()).isEmpty();
	}

	// The judge's reasons may quote the judged output.
	@Test
	void verdictThatTheReasonsQuoteIsNotThatOfTheJudge() {
		assertThat(this.converter.verdict("{\"reasons\":\"It says {'choice':'A'}\",\"choice\":\"B\"}"))
			.isEqualTo(new Verdict("It says {'choice':'A'}", "B"));
		assertThat(this.converter.verdict("{\"choice\":\"B\",\"reasons\":{\"quoted\":{\"choice\":\"A\"}}}").choice())
			.isEqualTo("B");
		assertThat(this.converter.verdict("{\"verdict\":{\"reasons\":\"r\",\"choice\":\"B\"}}").choice())
			.isEqualTo("B");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "{}", "I cannot say.", "Both A and B would do.", "A fine answer, I must say.",
			"{\"reasons\":\"r\",\"choice\":\"C\"}", "{\"reasons\":\"r\",\"choice\":\"A or B\"}",
			"{\"reasons\":\"It says {'choice':'A'}\",\"choice\":\"neither\"}", "<think>{\"choice\":\"A\"} but",
			"<think>perhaps\nA", "{\"reasons\":\"r\",\"choice\":null}", "{\"reasons\":\"the choice is A",
			"{\"reasons\":\"A\"}", "Answering A is wrong" })
	void doubtIsNoVerdict(String answer) {
		assertThatExceptionOfType(NoVerdictException.class).isThrownBy(() -> this.converter.verdict(answer))
			.withMessage("The answer of the judge does not contain any of the choices A, B, yes")
			.satisfies((ex) -> assertThat(ex.answer()).isEqualTo(answer));
	}

	@Test
	void longAnswerWithoutVerdictIsGivenUpSoon() {
		assertThatExceptionOfType(NoVerdictException.class)
			.isThrownBy(() -> this.converter.verdict("{\"a\":".repeat(200_000)));
	}

	@Test
	void choicesOfOtherScriptsAndSignsAreTold() {
		VerdictConverter signs = new VerdictConverter(List.of("+", "-", "是", "否"));
		assertThat(signs.verdict("{\"reasons\":\"r\",\"choice\":\"-\"}").choice()).isEqualTo("-");
		assertThat(signs.verdict("{\"reasons\":\"r\",\"choice\":\"「是」\"}").choice()).isEqualTo("是");
	}

	@Test
	void formAsksForReasonsFirst() {
		assertThat(this.converter.getFormat()).contains("\"reasons\"")
			.contains("one of [\"A\",\"B\",\"yes\"]")
			.matches("(?s).*reasons.*choice.*");
		assertThat(JsonMapper.shared().readTree(this.converter.getJsonSchema()).path("properties").propertyNames())
			.containsExactly("reasons", "choice");
	}

}
