package dev.braintrust.spring.eval.run;

import java.util.List;
import java.util.function.BiFunction;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.JudgeSpec;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.test.RecordedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import dev.braintrust.spring.test.ScriptedAnswer;
import dev.braintrust.spring.test.ScriptedChatModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that calls of a scorer are traced below the scorer, into the experiment, and only
 * once.
 */
class JudgeTracingTests {

	private static final String VERDICT = "{\"reasons\":\"the facts agree\",\"choice\":\"C\"}";

	private final RecordedSpans spans = new RecordedSpans();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withBean(RecordedSpans.class, () -> this.spans)
		.withUserConfiguration(Clients.class)
		.withPropertyValues("braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@ParameterizedTest
	@EnumSource(Kind.class)
	void judgeIsTracedOnceBelowItsScore(Kind kind) {
		this.runner.run((context) -> {
			ExperimentResult<String, String, String> result = context.getBean(BraintrustEvals.class)
				.of("support")
				.experiment("judged")
				.cases(EvalCase.of("a question", "an answer"))
				.task((input) -> "an answer")
				.scorers(kind.judge(context).factuality())
				.maxConcurrency(1)
				.run();
			assertThat(result.errors()).isEmpty();
			assertThat(result.score("factuality").mean()).isEqualTo(1);
			List<RecordedSpan> all = this.spans.of("support");
			RecordedSpan scorer = all.stream().filter((span) -> "score".equals(span.type())).findFirst().orElseThrow();
			assertThat(scorer.metadata().path("rationale").asString()).isEqualTo("the facts agree");
			assertThat(scorer.metadata().path("choice").asString()).isEqualTo("C");
			List<RecordedSpan> below = all.stream()
				.filter((span) -> scorer.spanId().equals(span.parentSpanId()))
				.toList();
			assertThat(below).extracting(RecordedSpan::type).containsExactly("task");
			assertThat(below).extracting(RecordedSpan::name).containsExactly("factuality");
			assertThat(all).filteredOn((span) -> below.get(0).spanId().equals(span.parentSpanId()))
				.extracting(RecordedSpan::type)
				.containsExactly("llm");
			// The row, its task, the scorer, and two spans of the judge.
			assertThat(all).hasSize(5)
				.allMatch((span) -> span.attributes().toString().contains("experiment_name:judged"));
			// Braintrust counts the costs of scorers separately.
			assertThat(all).filteredOn((span) -> span.attributes().toString().contains("\"purpose\":\"scorer\""))
				.extracting(RecordedSpan::name)
				.containsExactlyInAnyOrder("factuality", "factuality", llm(all).name());
			assertThat(this.spans.of("research")).isEmpty();
			assertThat(result.strays()).isZero();
			assertThat(result.rows().get(0).usage().calls()).isZero();
		});
	}

	@Test
	void failureOfTheJudgeIsAnErrorOfTheScorer() {
		this.runner.run((context) -> {
			ChatClient client = ChatClient.create(new ScriptedChatModel("no idea", "really"));
			ExperimentResult<String, String, String> result = run(context,
					Scorers.judge("factuality", client).factuality());
			assertThat(result.errors()).hasSize(1);
			assertThat(result.rows().get(0).scores()).isEmpty();
			assertThat(this.spans.of("support")).filteredOn((span) -> "llm".equals(span.type())).hasSize(2);
			assertThat(this.spans.of("support")).filteredOn((span) -> "score".equals(span.type()))
				.allMatch(RecordedSpan::isError);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "content", "input", "output" })
	void reasonsOfAJudgeAreContent(String part) {
		this.runner.withPropertyValues("braintrust.capture." + part + "=false").run((context) -> {
			ChatClient client = ChatClient.create(new ScriptedChatModel(VERDICT));
			ExperimentResult<String, String, String> result = run(context,
					Scorers.judge("factuality", client).factuality());
			assertThat(result.rows().get(0).scores().get("factuality").rationale()).isEqualTo("the facts agree");
			RecordedSpan scorer = this.spans.of("support")
				.stream()
				.filter((span) -> "score".equals(span.type()))
				.findFirst()
				.orElseThrow();
			assertThat(scorer.metadata().path("choice").asString()).isEqualTo("C");
			assertThat(scorer.attributes().toString()).doesNotContain("the facts agree");
		});
	}

	@Test
	void filterOfTheApplicationSeesTheReasonsOfAJudge() {
		this.runner.withBean(ContentFilter.class, () -> (text, field) -> text.replace("the facts agree", "[reasons]"))
			.run((context) -> {
				run(context,
						Scorers.judge("factuality", ChatClient.create(new ScriptedChatModel(VERDICT))).factuality());
				assertThat(this.spans.of("support"))
					.noneMatch((span) -> span.attributes().toString().contains("the facts agree"))
					.anyMatch((span) -> span.metadata().path("rationale").asString("").equals("[reasons]"));
			});
	}

	@Test
	void embeddingsAreTracedBelowTheirScore() {
		this.runner.run((context) -> {
			ExperimentResult<String, String, String> result = run(context,
					Scorers.embedding(context.getBean(EmbeddingModel.class)));
			assertThat(result.score("embedding").mean()).isEqualTo(1);
			List<RecordedSpan> all = this.spans.of("support");
			RecordedSpan scorer = all.stream().filter((span) -> "score".equals(span.type())).findFirst().orElseThrow();
			assertThat(all).filteredOn((span) -> scorer.spanId().equals(span.parentSpanId())).hasSize(1);
		});
	}

	private static RecordedSpan llm(List<RecordedSpan> all) {
		return all.stream().filter((span) -> "llm".equals(span.type())).findFirst().orElseThrow();
	}

	private static ExperimentResult<String, String, String> run(ApplicationContext context,
			Scorer<Object, Object, Object> scorer) {
		return context.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("judged")
			.cases(EvalCase.of("a question", "an answer"))
			.task((input) -> "an answer")
			.scorers(scorer)
			.run();
	}

	/**
	 * The clients that a judge may use.
	 */
	enum Kind {

		UNTRACED((context, model) -> judge(ChatClient.create(model))),

		BEAN((context, model) -> judge(context.getBean("supportClient", ChatClient.class))),

		BEAN_OF_ANOTHER_PROJECT((context, model) -> judge(context.getBean("researchClient", ChatClient.class))),

		CLIENT_OF_ANOTHER_PROJECT((context, model) -> judge(
				context.getBean(BraintrustProjects.class).instrument("research", ChatClient.create(model)))),

		OVER_A_MODEL_OF_THE_PROJECT(
				(context, model) -> judge(ChatClient.create(context.getBean("supportModel", ChatModel.class)))),

		OVER_A_MODEL_OF_ANOTHER_PROJECT(
				(context, model) -> judge(ChatClient.create(context.getBean("researchModel", ChatModel.class)))),

		BUILDER((context, model) -> Scorers.judge("factuality", ChatClient.builder(model))),

		BUILDER_OF_THE_PROJECT((context, model) -> Scorers.judge("factuality",
				context.getBean(BraintrustProjects.class).instrument("support", ChatClient.builder(model)))),

		BUILDER_OF_ANOTHER_PROJECT((context, model) -> Scorers.judge("factuality",
				context.getBean(BraintrustProjects.class).instrument("research", ChatClient.builder(model))));

		private final BiFunction<ApplicationContext, ChatModel, JudgeSpec> judge;

		Kind(BiFunction<ApplicationContext, ChatModel, JudgeSpec> judge) {
			this.judge = judge;
		}

		private static JudgeSpec judge(ChatClient client) {
			return Scorers.judge("factuality", client);
		}

		JudgeSpec judge(ApplicationContext context) {
			return this.judge.apply(context, new ScriptedChatModel(VERDICT));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Clients {

		@Bean
		@BraintrustProject("support")
		ChatModel supportModel() {
			return model();
		}

		@Bean
		@BraintrustProject("research")
		ChatModel researchModel() {
			return model();
		}

		@Bean
		@BraintrustProject("support")
		ChatClient supportClient(@BraintrustProject("support") ChatModel model) {
			return ChatClient.create(model);
		}

		@Bean
		@BraintrustProject("research")
		ChatClient researchClient(@BraintrustProject("research") ChatModel model) {
			return ChatClient.create(model);
		}

		@Bean
		EmbeddingModel embeddings() {
			return new SameEmbedding();
		}

		private static ChatModel model() {
			return new ScriptedChatModel().answersTo((prompt) -> true, ScriptedAnswer.text(VERDICT));
		}

	}

	/**
	 * An embedding model with the same embedding for all texts.
	 */
	static class SameEmbedding implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(
					request.getInstructions().stream().map((text) -> new Embedding(new float[] { 1, 2 }, 0)).toList());
		}

		@Override
		public float[] embed(Document document) {
			return new float[] { 1, 2 };
		}

	}

}
