package dev.braintrust.spring.eval.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of cases that are created from recorded traces.
 */
class CaseSourceTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ProjectTracer tracer = this.spans.projects("support").tracer("support");

	@TempDir
	Path folder;

	@Test
	void caseHasWhatTheFirstSpanHas() {
		this.tracer.rootSpan("turn").input("Zürich\n?").metadata("order", 7).run((span) -> {
			span.tags("large");
			this.tracer.taskSpan("step").input("inside").run((step) -> step.output("inner"));
			span.output(List.of("yes"));
		});
		EvalCase<JsonNode, JsonNode> json = CaseSource.of(this.spans.traces("support").get(0));
		assertThat(json.input().asString()).isEqualTo("Zürich\n?");
		assertThat(json.expected()).isNotNull();
		assertThat(json.expected().toString()).isEqualTo("[\"yes\"]");
		assertThat(json.tags()).containsExactly("large");
		assertThat(json.metadata()).containsEntry("order", 7);
		EvalCase<String, String[]> typed = CaseSource.of(this.spans.traces("support").get(0), String.class,
				String[].class);
		assertThat(typed.input()).isEqualTo("Zürich\n?");
		assertThat(typed.expected()).containsExactly("yes");
	}

	@Test
	void writtenCasesAreADataset() throws IOException {
		this.tracer.rootSpan("turn").input("Zürich\n?").run((span) -> span.tags("large").output("yes"));
		this.tracer.rootSpan("turn").input("no answer").run((span) -> {
		});
		Path file = this.folder.resolve("new/cases.jsonl");
		CaseSource.writeJsonl(file, this.spans.traces("support"));
		assertThat(Files.readAllLines(file)).hasSize(2);
		assertThat(Dataset.jsonl(file.toString())).extracting(EvalCase::input)
			.containsExactly("Zürich\n?", "no answer");
		assertThat(Dataset.jsonl(file.toString())).extracting(EvalCase::expected).containsExactly("yes", null);
		ExperimentResult<String, String, String> result = Evals.of(this.spans.projects("support"), "support")
			.experiment("as before")
			.cases(Dataset.jsonl(file.toString()))
			.filter((each) -> each.expected() != null)
			.task((input) -> "yes")
			.scorers(Scorers.exactMatch())
			.run();
		assertThat(result.score("exactMatch").mean()).isEqualTo(1);
		assertThat(result.rows().get(0).evalCase().tags()).containsExactly("large");
	}

	@Test
	void whatIsNoCaseSaysSoWithoutContent() {
		this.tracer.rootSpan("turn").run((span) -> span.output("secret"));
		assertThatIllegalArgumentException().isThrownBy(() -> CaseSource.of(this.spans.traces("support").get(0)))
			.withMessageContaining("has no input");
		this.spans.clear();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.tracer.rootSpan("turn").input("secret").run((span) -> {
				throw new IllegalArgumentException("boom");
			}))
			.withMessage("boom");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CaseSource.writeJsonl(this.folder.resolve("x"), this.spans.traces("support")))
			.withMessageContaining("failed");
		assertThat(this.folder).isEmptyDirectory();
		this.spans.clear();
		this.tracer.rootSpan("turn").input("secret").run((span) -> span.output("secret"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CaseSource.of(this.spans.traces("support").get(0), String.class, Integer.class))
			.withMessage("The output of the trace cannot be read as java.lang.Integer");
	}

}
