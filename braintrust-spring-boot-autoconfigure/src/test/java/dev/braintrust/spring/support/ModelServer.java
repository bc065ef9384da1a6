package dev.braintrust.spring.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import tools.jackson.databind.JsonNode;

/**
 * A real HTTP server that answers like OpenAI's chat completions endpoint: with the
 * configured answers, in their order.
 */
public final class ModelServer extends LocalServer {

	private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

	private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	@Override
	public String url() {
		return super.url() + "/v1";
	}

	/**
	 * Answer the next request with a text.
	 */
	public ModelServer says(String text) {
		return answers(200, "application/json", completion("""
				{"role": "assistant", "content": "%s", "refusal": null}""".formatted(text), "stop"));
	}

	/**
	 * Answer the next request with a tool call.
	 */
	public ModelServer callsTool(String id, String name, String arguments) {
		return answers(200, "application/json", completion("""
				{"role": "assistant", "content": null, "refusal": null, "tool_calls": [{"id": "%s",
				"type": "function", "function": {"name": "%s", "arguments": "%s"}}]}""".formatted(id, name,
				arguments.replace("\"", "\\\"")), "tool_calls"));
	}

	/**
	 * Answer the next request with a text in several chunks.
	 */
	public ModelServer streams(String... parts) {
		StringBuilder events = new StringBuilder(chunk("{\"role\": \"assistant\", \"content\": \"\"}", "null"));
		for (String part : parts) {
			events.append(chunk("{\"content\": \"" + part + "\"}", "null"));
		}
		return answers(200, "text/event-stream", events.append(chunk("{}", "\"stop\"")).append(usage()).toString());
	}

	/**
	 * Answer the next request with a streamed tool call.
	 */
	public ModelServer streamsToolCall(String id, String name, String arguments) {
		String call = """
				{"role": "assistant", "content": null, "tool_calls": [{"index": 0, "id": "%s", "type": "function",
				"function": {"name": "%s", "arguments": ""}}]}""".formatted(id, name).replace("\n", " ");
		String rest = "{\"tool_calls\": [{\"index\": 0, \"function\": {\"arguments\": \""
				+ arguments.replace("\"", "\\\"") + "\"}}]}";
		return answers(200, "text/event-stream",
				chunk(call, "null") + chunk(rest, "null") + chunk("{}", "\"tool_calls\"") + usage());
	}

	public ModelServer answers(int status, String contentType, String body) {
		this.answers.add(new Answer(status, contentType, body));
		return this;
	}

	private static String completion(String message, String finishReason) {
		return """
				{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
				"choices": [{"index": 0, "message": %s, "logprobs": null, "finish_reason": "%s"}],
				"usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25,
				"prompt_tokens_details": {"cached_tokens": 8}}}""".formatted(message, finishReason);
	}

	private static String chunk(String delta, String finishReason) {
		return """
				data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, \
				"model": "gpt-4o-mini-2024-07-18", "choices": [{"index": 0, "delta": %s, "finish_reason": %s}]}

				""".formatted(delta, finishReason);
	}

	private static String usage() {
		return """
				data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, \
				"model": "gpt-4o-mini-2024-07-18", "choices": [], "usage": {"prompt_tokens": 20, \
				"completion_tokens": 5, "total_tokens": 25, "prompt_tokens_details": {"cached_tokens": 8}}}

				data: [DONE]

				""";
	}

	@Override
	protected void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.requests
				.add(ReceivedSpan.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
			Answer answer = this.answers.poll();
			if (answer == null) {
				exchange.sendResponseHeaders(400, -1);
				return;
			}
			exchange.getResponseHeaders().add("Content-Type", answer.contentType());
			answer(exchange, answer.status(), answer.body());
		}
	}

	/**
	 * The bodies of the requests so far.
	 */
	public List<JsonNode> requests() {
		return List.copyOf(this.requests);
	}

	private record Answer(int status, String contentType, String body) {
	}

}
