package dev.braintrust.spring.eval.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.judge.NoVerdictException;
import dev.braintrust.spring.eval.score.Judge;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.test.RecordedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.AdvisorParams;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of judges with the providers' clients. The answers are recordings of the
 * providers' endpoints with the verdict inserted.
 */
class RecordedJudgeTests {

	private static final String VERDICT = "{\"reasons\": \"it names Paris\", \"choice\": \"B\"}";

	private static final String TOOL_CALL = "chat_completions-39f585d9410d.json";

	private final ModelServer server = new ModelServer();

	private final RecordedSpans spans = new RecordedSpans();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withBean(RecordedSpans.class, () -> this.spans)
		.withPropertyValues("braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI,", "OPENAI,support", "OPENAI,research", "ANTHROPIC,", "ANTHROPIC,support",
			"ANTHROPIC,research" })
	void verdictIsAScoreAndItsCallIsBelowTheScoreSpan(Provider provider, String project) {
		answers(provider.answer(VERDICT));
		RowResult<String, String, String> row = judged(provider, project, UnaryOperator.identity());
		Score score = row.scores().get("factuality");
		assertThat(score.value()).isEqualTo(0.6);
		assertThat(score.rationale()).isEqualTo("it names Paris");
		assertThat(row.scorerErrors()).isEmpty();
		assertCallsBelowTheScoreSpan(1);
		RecordedSpan call = spans("llm").get(0);
		assertThat(call.metadata().path("model").asString()).isEqualTo(provider.recorded().path("model").asString());
		assertThat(call.metadata().path("provider").asString()).isEqualTo(provider.name().toLowerCase(Locale.ROOT));
		assertThat(call.metrics().path("completion_tokens").intValue()).isPositive();
		assertThat(row.usage().calls()).isZero();
	}

	@ParameterizedTest
	@EnumSource(Provider.class)
	void answerAsItWasRecordedHasNoVerdictAndNeverAScore(Provider provider) {
		answers(provider.recorded(), provider.recorded());
		RowResult<String, String, String> row = judged(provider, null, UnaryOperator.identity());
		assertThat(row.scores()).isEmpty();
		assertThat(row.scorerErrors().get("factuality")).isInstanceOf(NoVerdictException.class);
		assertThat(this.server.requests()).hasSize(2);
		assertThat(this.server.requests().get(1).path("messages").toString()).contains("any of the choices");
		assertCallsBelowTheScoreSpan(2);
		assertThat(spans("score").get(0).isError()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(Provider.class)
	void verdictOfTheSecondAnswerCounts(Provider provider) {
		answers(provider.recorded(), provider.answer("```json\n" + VERDICT + "\n```"));
		RowResult<String, String, String> row = judged(provider, null, UnaryOperator.identity());
		assertThat(row.scores().get("factuality").value()).isEqualTo(0.6);
		assertCallsBelowTheScoreSpan(2);
	}

	@ParameterizedTest
	@EnumSource(Provider.class)
	void schemaOfTheVerdictIsThatOfTheProviderWhereTheClientAsksForIt(Provider provider) {
		answers(provider.answer(VERDICT));
		RowResult<String, String, String> row = judged(provider, null,
				(builder) -> builder.defaultAdvisors(AdvisorParams.ENABLE_NATIVE_STRUCTURED_OUTPUT));
		assertThat(row.scorerErrors()).isEmpty();
		assertThat(row.scores().get("factuality").value()).isEqualTo(0.6);
		assertThat(this.server.requests().get(0).at(provider.schema + "/properties/choice/enum"))
			.hasToString("[\"A\",\"B\",\"C\",\"D\",\"E\"]");
	}

	@Test
	void callOfAToolIsNoVerdict() {
		answers(read(TOOL_CALL), read(TOOL_CALL));
		RowResult<String, String, String> row = judged(Provider.OPENAI, null, UnaryOperator.identity());
		assertThat(row.scores()).isEmpty();
		assertThat(row.scorerErrors()).containsOnlyKeys("factuality");
		assertThat(spans("llm")).isNotEmpty();
	}

	@Test
	void refusalIsNoVerdict() {
		ObjectNode refusal = Provider.OPENAI.recorded();
		ObjectNode message = (ObjectNode) refusal.at("/choices/0/message");
		message.putNull("content").put("refusal", "I can't help with that.");
		answers(refusal, refusal);
		RowResult<String, String, String> row = judged(Provider.OPENAI, null, UnaryOperator.identity());
		assertThat(row.scores()).isEmpty();
		assertThat(row.scorerErrors().get("factuality")).isInstanceOf(NoVerdictException.class);
		assertCallsBelowTheScoreSpan(2);
	}

	@Test
	void thoughtsOfTheModelAreNotItsVerdict() {
		ObjectNode answer = Provider.ANTHROPIC.answer(VERDICT);
		answer.putArray("content")
			.add(JsonMapper.shared()
				.createObjectNode()
				.put("type", "thinking")
				.put("thinking", "It may be {\"choice\": \"D\"}.\nChoice: D")
				.put("signature", "c2lnbmF0dXJl"))
			.add(JsonMapper.shared().createObjectNode().put("type", "text").put("text", VERDICT));
		answers(answer);
		RowResult<String, String, String> row = judged(Provider.ANTHROPIC, null, UnaryOperator.identity());
		assertThat(row.scorerErrors()).isEmpty();
		assertThat(row.scores().get("factuality").metadata()).containsEntry("choice", "B");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 429, 500 })
	void modelThatFailsIsAnErrorOfTheScorer(int status) {
		this.server.answers(status, "application/json", "{\"error\": {\"message\": \"no\"}}");
		RowResult<String, String, String> row = judged(Provider.OPENAI, null, UnaryOperator.identity());
		assertThat(row.scores()).isEmpty();
		assertThat(row.scorerErrors()).containsOnlyKeys("factuality");
		assertThat(this.server.requests()).hasSize(1);
		assertThat(spans("llm")).singleElement().matches(RecordedSpan::isError);
	}

	private RowResult<String, String, String> judged(Provider provider, String project,
			UnaryOperator<ChatClient.Builder> settings) {
		RowResult<?, ?, ?>[] row = new RowResult<?, ?, ?>[1];
		this.runner.run((context) -> {
			ChatClient client = settings.apply(ChatClient.builder(provider.model(this.server.url()))).build();
			if (project != null) {
				client = context.getBean(BraintrustProjects.class).instrument(project, client);
			}
			Judge judge = Scorers.judge("factuality", client).factuality();
			ExperimentResult<String, String, String> result = context.getBean(BraintrustEvals.class)
				.of("support")
				.experiment("judged")
				.cases(EvalCase.of("What is the capital of France?", "Paris"))
				.task((input) -> "It is Paris, on the Seine.")
				.scorers(judge)
				.run();
			row[0] = result.rows().get(0);
			assertThat(result.strays()).isZero();
		});
		@SuppressWarnings("unchecked")
		RowResult<String, String, String> typed = (RowResult<String, String, String>) row[0];
		return typed;
	}

	private void assertCallsBelowTheScoreSpan(int calls) {
		RecordedSpan score = spans("score").get(0);
		List<String> uses = spans("task").stream()
			.filter((span) -> score.spanId().equals(span.parentSpanId()))
			.map(RecordedSpan::spanId)
			.toList();
		assertThat(uses).hasSize(calls);
		assertThat(spans("llm")).hasSize(calls).allMatch((span) -> uses.contains(span.parentSpanId()));
		assertThat(this.spans.of("support"))
			.allMatch((span) -> span.attributes().toString().contains("experiment_name:judged"));
		assertThat(this.spans.of("research")).isEmpty();
	}

	private List<RecordedSpan> spans(String type) {
		return this.spans.of("support").stream().filter((span) -> type.equals(span.type())).toList();
	}

	private void answers(JsonNode... answers) {
		for (JsonNode answer : answers) {
			this.server.answers(200, "application/json", answer.toString());
		}
	}

	private static ObjectNode read(String file) {
		try (InputStream stream = RecordedJudgeTests.class.getResourceAsStream("/specification/recordings/" + file)) {
			return (ObjectNode) JsonMapper.shared().readTree(stream);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A provider and a recorded answer.
	 */
	enum Provider {

		OPENAI("chat_completions-6d5f19c8f2ab.json", "/response_format/json_schema/schema", (answer, text) -> {
			((ObjectNode) answer.at("/choices/0/message")).put("content", text);
			return answer;
		}) {

			@Override
			ChatModel model(String url) {
				return OpenAiChatModel.builder()
					.options(OpenAiChatOptions.builder()
						.baseUrl(url)
						.apiKey("sk-model")
						.model("gpt-4o-mini")
						.maxRetries(0)
						.build())
					.build();
			}

		},

		ANTHROPIC("v1_messages-ecd70db36f85.json", "/output_config/format/schema", (answer, text) -> {
			((ObjectNode) answer.at("/content/0")).put("text", text);
			return answer;
		}) {

			@Override
			ChatModel model(String url) {
				return AnthropicChatModel.builder()
					.options(AnthropicChatOptions.builder()
						.baseUrl(url)
						.apiKey("sk-model")
						.model("claude-haiku-4-5")
						.maxTokens(100)
						.maxRetries(0)
						.build())
					.build();
			}

		};

		private final String file;

		private final String schema;

		private final BiFunction<ObjectNode, String, ObjectNode> put;

		Provider(String file, String schema, BiFunction<ObjectNode, String, ObjectNode> put) {
			this.file = file;
			this.schema = schema;
			this.put = put;
		}

		abstract ChatModel model(String url);

		ObjectNode recorded() {
			return read(this.file);
		}

		ObjectNode answer(String text) {
			return this.put.apply(recorded(), text);
		}

	}

}
