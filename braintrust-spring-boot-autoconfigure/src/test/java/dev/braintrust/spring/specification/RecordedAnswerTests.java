package dev.braintrust.spring.specification;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays each recorded answer of OpenAI's endpoint for its request, and checks the
 * received spans against the guide.
 */
class RecordedAnswerTests {

	private static final Map<String, String> METRICS = Map.of("prompt_tokens", "/usage/prompt_tokens",
			"completion_tokens", "/usage/completion_tokens", "tokens", "/usage/total_tokens", "prompt_cached_tokens",
			"/usage/prompt_tokens_details/cached_tokens");

	private static TracedApplication application;

	@BeforeAll
	static void start() {
		application = new TracedApplication();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	static Stream<RecordedAnswer> answers() {
		return RecordedAnswer.all().stream().filter((answer) -> answer.file().startsWith("chat_completions-"));
	}

	@Test
	void allAnswersAreFound() {
		assertThat(answers()).hasSize(15).extracting(RecordedAnswer::way).contains(Way.CALL, Way.STREAM);
	}

	@ParameterizedTest
	@MethodSource("answers")
	void answerArrivesAsItWasRecordedAndAsTheGuideAsks(RecordedAnswer answer) {
		ChatRequest request = new ChatRequest(answer.request());
		List<ReceivedSpan> spans = application.run(answer.file(), request, answer.way(), answer);
		assertThat(ChatRequest.sent(application.lastSent())).isEqualTo(request.expectedBody(answer.way()));
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(violations(spans.get(1), answer)).isEmpty();
		assertThat(violations(spans.get(0), answer)).isEmpty();
		JsonNode row = LogRow.of(spans.get(0));
		JsonNode recorded = JsonMapper.shared().readTree(answer.body(Way.CALL));
		assertThat(row.at("/metadata/model")).isEqualTo(recorded.get("model"));
		METRICS.forEach(
				(metric, place) -> assertThat(row.at("/metrics/" + metric)).as(metric).isEqualTo(recorded.at(place)));
		JsonNode choice = row.at("/output/0");
		assertThat(choice.get("finish_reason")).isEqualTo(recorded.at("/choices/0/finish_reason"));
		assertThat(choice.at("/message/content")).isEqualTo(recorded.at("/choices/0/message/content"));
		assertThat(choice.at("/message/tool_calls")).isEqualTo(recorded.at("/choices/0/message/tool_calls"));
		assertThat(row.get("metadata").has("tools")).isEqualTo(answer.request().has("tools"));
		assertThat(row.get("metadata").has("prompt")).isFalse();
		assertThat(row.get("input")).hasSameSizeAs(answer.request().get("messages"));
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void conversationWithTwoToolCallsIsAsItWasRecorded(Way way) {
		RecordedAnswer first = RecordedAnswer.of("chat_completions-627aafbf4ba9.json");
		RecordedAnswer second = RecordedAnswer.of("chat_completions-f990f1e6ee26.json");
		List<ReceivedSpan> spans = application.runWithTools("weather", new ChatRequest(first.request()), way, first,
				second);
		assertThat(ChatRequest.sent(application.lastSent()))
			.isEqualTo(new ChatRequest(second.request()).expectedBody(way));
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "tool", "tool", "llm", "task");
		assertThat(spans.subList(0, 4)).allMatch((span) -> span.isChildOf(spans.get(4)))
			.isSortedAccordingTo(Comparator.comparingLong(ReceivedSpan::start));
		assertThat(spans).extracting(LogRow::of)
			.allSatisfy((row) -> assertThat(GuideRules.violations(row, way)).isEmpty());
		assertThat(spans.subList(1, 3)).extracting((span) -> span.input().toString())
			.containsExactly("{\"arg0\":\"Paris\"}", "{\"arg0\":\"New York\"}");
		JsonNode input = spans.get(3).input();
		assertThat(input.at("/1/tool_calls")).isEqualTo(spans.get(0).output().at("/0/message/tool_calls"))
			.isEqualTo(second.request().at("/messages/1/tool_calls"));
		assertThat(input.get(2)).isEqualTo(second.request().at("/messages/2"));
		assertThat(input.get(3)).isEqualTo(second.request().at("/messages/3"));
		assertThat(spans.get(4).metrics().get("tokens").asInt()).isEqualTo(131 + 188);
	}

	private static List<String> violations(ReceivedSpan span, RecordedAnswer answer) {
		return GuideRules.violations(LogRow.of(span), answer.way());
	}

}
