package dev.braintrust.spring.specification;

import java.net.URI;
import java.util.List;

import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.content.Media;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of requirements of Braintrust's guide without a recorded answer.
 */
class GuideDemandTests {

	private static final String CHUNK = """
			data: {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-2024-08-06", \
			"choices": [{"index": 0, "delta": %s, "finish_reason": %s}]}

			""";

	private static TracedApplication application;

	@BeforeAll
	static void start() {
		application = new TracedApplication();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void malformedArgumentsOfAToolStayAsTheyAre() {
		application.model().callsTool("call_1", "get_weather", "{\"location\": \"Par");
		JsonNode row = model(
				application.run("malformed",
						(request) -> leaveToolsToTheApplication(request).user("Weather?").tools(tool("{}")), Way.CALL),
				Way.CALL);
		assertThat(row.at("/output/0/message/tool_calls/0/function/arguments").asString())
			.isEqualTo("{\"location\": \"Par");
	}

	@Test
	void toolWithoutASchemaIsRecordedAsOne() {
		application.model().says("Fine.");
		JsonNode row = model(
				application.run("schema",
						(request) -> leaveToolsToTheApplication(request).user("Weather?").tools(tool("{}")), Way.CALL),
				Way.CALL);
		assertThat(row.at("/metadata/tools/0/function/name").asString()).isEqualTo("get_weather");
	}

	@Test
	void tokensThatAStreamDoesNotReportAreAbsent() {
		application.model()
			.answers(200, "text/event-stream", CHUNK.formatted("{\"role\": \"assistant\", \"content\": \"Hi\"}", "null")
					+ CHUNK.formatted("{}", "\"stop\"") + "data: [DONE]\n\n");
		List<ReceivedSpan> spans = application.run("usage", (request) -> request.user("Hello"), Way.STREAM);
		assertThat(model(spans, Way.STREAM).get("metrics").propertyNames()).containsExactlyInAnyOrder("start", "end",
				"time_to_first_token");
		assertThat(LogRow.of(spans.get(1)).get("metrics").propertyNames()).containsExactlyInAnyOrder("start", "end");
	}

	@Test
	void tokensThatACallDoesNotReportAreAbsent() {
		application.model().answers(200, "application/json", """
				{"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4o-2024-08-06",
				"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"},
				"finish_reason": "stop"}]}""");
		List<ReceivedSpan> spans = application.run("usage", (request) -> request.user("Hello"), Way.CALL);
		assertThat(model(spans, Way.CALL).get("metrics").propertyNames()).containsExactlyInAnyOrder("start", "end");
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void mediaAtAUrlStaysAUrlAndIsNotFetched(Way way) {
		String url = application.model().url() + "/image.png";
		int requests = application.model().requests().size();
		if (way == Way.CALL) {
			application.model().says("Red.");
		}
		else {
			application.model().streams("Red.");
		}
		Media image = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(URI.create(url)).build();
		List<ReceivedSpan> spans = application.run("url",
				(request) -> request.user((user) -> user.text("What is it?").media(image)), way);
		assertThat(model(spans, way).at("/input/0/content/1/image_url/url").asString()).isEqualTo(url);
		assertThat(application.model().requests()).hasSize(requests + 1);
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void errorOfTheModelIsTheErrorOfItsSpanWithWhatWasSent(Way way) {
		application.model().answers(400, "application/json", "{\"error\": {\"message\": \"too long\"}}");
		List<ReceivedSpan> spans = application.run("error",
				(request) -> request.options(OpenAiChatOptions.builder().model("gpt-4o")).user("Hello"), way);
		JsonNode row = model(spans, way);
		assertThat(row.get("error").asString()).contains("too long");
		assertThat(row.at("/input/0/content").asString()).isEqualTo("Hello");
		assertThat(row.has("output")).isFalse();
		assertThat(row.at("/metadata/model").asString()).isEqualTo("gpt-4o");
		assertThat(LogRow.of(spans.get(1)).get("error").asString()).contains("too long");
	}

	@Test
	void textOfTheSystemIsAMessageOfItsOwn() {
		application.model().says("Hi.");
		JsonNode row = model(application.run("system", (request) -> request.system("Be kind.").user("Hello"), Way.CALL),
				Way.CALL);
		assertThat(row.get("input")).isEqualTo(JsonMapper.shared().readTree("""
				[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]"""));
	}

	@Test
	void everySpanSaysWhereItBelongs() {
		application.model().says("Hi.");
		assertThat(application.run("routing", (request) -> request.user("Hello"), Way.CALL)).hasSize(2)
			.extracting(ReceivedSpan::attributes)
			.allSatisfy((attributes) -> assertThat(attributes)
				.containsEntry("braintrust.parent", "project_name:Support Agent")
				.containsEntry("braintrust.org", "Acme")
				.containsEntry("braintrust.app_url", "https://braintrust.example.com"));
	}

	@Test
	void environmentIsInTheContextOfEverySpan() {
		application.model().says("Hi.");
		List<ReceivedSpan> spans = application.run("environment", (request) -> request.user("Hello"), Way.CALL);
		assertThat(spans).hasSize(2)
			.extracting((span) -> LogRow.of(span).at("/context/span_origin/environment").toString())
			.containsOnly("{\"type\":\"server\",\"name\":\"eu_west\"}");
	}

	private static ChatClientRequestSpec leaveToolsToTheApplication(ChatClientRequestSpec request) {
		return request.advisors(
				(advisors) -> advisors.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false));
	}

	private static RecordedTool tool(String schema) {
		return new RecordedTool(
				ToolDefinition.builder().name("get_weather").description("The weather").inputSchema(schema).build());
	}

	// The row of the model call, whose span ends first.
	private static JsonNode model(List<ReceivedSpan> spans, Way way) {
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).extracting(LogRow::of)
			.allSatisfy((row) -> assertThat(GuideRules.violations(row, way)).isEmpty());
		return LogRow.of(spans.get(0));
	}

}
