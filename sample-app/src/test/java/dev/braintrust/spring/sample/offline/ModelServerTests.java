package dev.braintrust.spring.sample.offline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ModelServerTests {

	private static final String ORDER_TOOL = """
			{"type": "function", "function": {"name": "find", "description": "Looks up an order by its number",
			"parameters": {"type": "object", "properties": {"id": {"type": "integer"}}}}}""";

	private static final String PRODUCT_TOOL = """
			{"type": "function", "function": {"name": "ask", "description": "Answers questions about a product",
			"parameters": {"type": "object", "properties": {"question": {"type": "string"}}}}}""";

	private final JsonMapper json = new JsonMapper();

	private final ModelServer server = ModelServer.start();

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void answersFromTheListInTheSystemPrompt() throws Exception {
		JsonNode completion = completion(
				"""
						{"model": "m", "messages": [{"role": "system", "content": "Be short.\\n- Red lamps are dim.\\n- Blue lamps glow."},
						{"role": "user", "content": "Does the blue one glow?"}]}""");
		assertThat(completion.path("object").asString()).isEqualTo("chat.completion");
		assertThat(completion.path("model").asString()).isEqualTo("m");
		JsonNode choice = completion.path("choices").path(0);
		assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
		assertThat(choice.path("message").path("role").asString()).isEqualTo("assistant");
		assertThat(choice.path("message").path("content").asString()).isEqualTo("Blue lamps glow.");
		assertThat(choice.path("message").has("tool_calls")).isFalse();
		assertThat(completion.path("usage").path("prompt_tokens").asInt()).isPositive();
		assertThat(completion.path("usage").path("completion_tokens").asInt()).isPositive();
	}

	@Test
	void callsTheToolThatFitsAnOrderNumber() throws Exception {
		JsonNode choice = completion("""
				{"messages": [{"role": "user", "content": "Where is 4711?"}], "tools": [%s, %s]}"""
			.formatted(PRODUCT_TOOL, ORDER_TOOL)).path("choices").path(0);
		assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
		assertThat(choice.path("message").path("content").isNull()).isTrue();
		JsonNode call = choice.path("message").path("tool_calls").path(0);
		assertThat(call.path("id").asString()).startsWith("call_");
		assertThat(call.path("type").asString()).isEqualTo("function");
		assertThat(call.path("function").path("name").asString()).isEqualTo("find");
		assertThat(call.path("function").path("arguments").asString()).isEqualTo("{\"id\":4711}");
	}

	@Test
	void callsTheToolThatFitsAQuestionAboutAProduct() throws Exception {
		JsonNode call = completion(
				"""
						{"messages": [{"role": "user", "content": [{"type": "text", "text": "Is it blue?"}]}], "tools": [%s, %s]}"""
					.formatted(ORDER_TOOL, PRODUCT_TOOL))
			.at("/choices/0/message/tool_calls/0/function");
		assertThat(call.path("name").asString()).isEqualTo("ask");
		assertThat(call.path("arguments").asString()).isEqualTo("{\"question\":\"Is it blue?\"}");
	}

	@Test
	void putsTheResultOfAToolIntoWords() throws Exception {
		String request = """
				{"messages": [{"role": "user", "content": "Where is 4711?"},
				{"role": "assistant", "tool_calls": []}, {"role": "tool", "content": "%s"}]}""";
		assertThat(text(request.formatted("{\\\"item\\\": \\\"lamp\\\", \\\"days\\\": 2}")))
			.isEqualTo("I have looked it up: item lamp, days 2.");
		assertThat(text(request.formatted("\\\"It is blue.\\\""))).isEqualTo("It is blue.");
		assertThat(text(request.formatted("There is no such order"))).isEqualTo("There is no such order");
	}

	@Test
	void sumsUpWhatItSaidBefore() throws Exception {
		assertThat(text("""
				{"messages": [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "First."},
				{"role": "user", "content": "Two?"}, {"role": "assistant", "content": "Second."},
				{"role": "user", "content": "Please sum up."}]}"""))
			.isEqualTo("You are welcome. In short: First. Second.");
	}

	@Test
	void streamsAnAnswerWordByWordAndItsUsageLast() throws Exception {
		List<String> events = events(
				"""
						{"messages": [{"role": "system", "content": "- Blue lamps glow."}, {"role": "user", "content": "Blue?"}],
						"stream": true, "stream_options": {"include_usage": true}}""");
		assertThat(events).last().isEqualTo("[DONE]");
		List<JsonNode> chunks = chunks(events);
		assertThat(chunks).allMatch((chunk) -> chunk.path("object").asString().equals("chat.completion.chunk"));
		assertThat(chunks.stream().map((chunk) -> chunk.path("id").asString()).distinct()).hasSize(1);
		assertThat(chunks.get(0).at("/choices/0/delta/role").asString()).isEqualTo("assistant");
		assertThat(chunks.stream().map((chunk) -> chunk.at("/choices/0/delta/content").asString("")))
			.containsExactly("", "Blue", " lamps", " glow.", "", "");
		assertThat(chunks.get(4).at("/choices/0/finish_reason").asString()).isEqualTo("stop");
		assertThat(chunks.get(5).path("choices")).isEmpty();
		assertThat(chunks.get(5).at("/usage/total_tokens").asInt()).isPositive();
		assertThat(chunks.subList(0, 5)).allMatch((chunk) -> chunk.path("usage").isNull());
	}

	@Test
	void streamsAToolCallWithItsIndex() throws Exception {
		List<JsonNode> chunks = chunks(events("""
				{"messages": [{"role": "user", "content": "Where is 4711?"}], "tools": [%s], "stream": true}"""
			.formatted(ORDER_TOOL)));
		assertThat(chunks).hasSize(3);
		JsonNode call = chunks.get(1).at("/choices/0/delta/tool_calls/0");
		assertThat(call.path("index").asInt(-1)).isZero();
		assertThat(call.at("/function/name").asString()).isEqualTo("find");
		assertThat(chunks.get(2).at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
	}

	@Test
	void refusesWhatIsNoRequest() throws Exception {
		assertThat(post("/chat/completions", "not json").statusCode()).isEqualTo(400);
		assertThat(post("/chat/completions", "{}").statusCode()).isEqualTo(400);
		assertThat(post("/embeddings", "{}").statusCode()).isEqualTo(404);
	}

	private String text(String request) throws Exception {
		return completion(request).at("/choices/0/message/content").asString();
	}

	private JsonNode completion(String request) throws Exception {
		HttpResponse<String> response = post("/chat/completions", request);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		return this.json.readTree(response.body());
	}

	private List<String> events(String request) throws Exception {
		HttpResponse<String> response = post("/chat/completions", request);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
		List<String> events = List.of(response.body().split("\n\n"));
		assertThat(events).allMatch((event) -> event.startsWith("data: "));
		return events.stream().map((event) -> event.substring("data: ".length())).toList();
	}

	private List<JsonNode> chunks(List<String> events) {
		return events.subList(0, events.size() - 1).stream().map(this.json::readTree).toList();
	}

	private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.server.url() + path))
			.timeout(Duration.ofSeconds(20))
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

}
