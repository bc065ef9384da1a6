package dev.braintrust.spring.sample.offline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of one answer: a single {@code chat.completion}, or
 * {@code chat.completion.chunk}s.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI's
 * reference</a>
 */
final class ChatCompletion {

	private static final int CHARACTERS_PER_TOKEN = 4;

	private final JsonMapper json;

	private final JsonNode request;

	private final Reply reply;

	private final String id = "chatcmpl-" + UUID.randomUUID();

	private final long created = Instant.now().getEpochSecond();

	ChatCompletion(JsonMapper json, JsonNode request, Reply reply) {
		this.json = json;
		this.request = request;
		this.reply = reply;
	}

	ObjectNode whole() {
		ObjectNode message = this.json.createObjectNode().put("role", "assistant").put("content", this.reply.text());
		message.putNull("refusal");
		if (!this.reply.toolCalls().isEmpty()) {
			message.set("tool_calls", toolCalls(false));
		}
		ObjectNode choice = this.json.createObjectNode().put("index", 0);
		choice.set("message", message);
		choice.putNull("logprobs").put("finish_reason", finishReason());
		ObjectNode completion = envelope("chat.completion");
		completion.putArray("choices").add(choice);
		completion.set("usage", usage());
		return completion;
	}

	List<ObjectNode> chunks() {
		List<ObjectNode> chunks = new ArrayList<>();
		ObjectNode opening = this.json.createObjectNode().put("role", "assistant");
		chunks.add(chunk((this.reply.text() != null) ? opening.put("content", "") : opening.putNull("content"), null));
		for (String piece : pieces()) {
			chunks.add(chunk(this.json.createObjectNode().put("content", piece), null));
		}
		if (!this.reply.toolCalls().isEmpty()) {
			chunks.add(chunk(this.json.createObjectNode().set("tool_calls", toolCalls(true)), null));
		}
		chunks.add(chunk(this.json.createObjectNode(), finishReason()));
		if (this.request.path("stream_options").path("include_usage").asBoolean(false)) {
			ObjectNode last = envelope("chat.completion.chunk");
			last.putArray("choices");
			last.set("usage", usage());
			chunks.add(last);
		}
		return chunks;
	}

	private ObjectNode chunk(JsonNode delta, @Nullable String finishReason) {
		ObjectNode choice = this.json.createObjectNode().put("index", 0);
		choice.set("delta", delta);
		choice.putNull("logprobs").put("finish_reason", finishReason);
		ObjectNode chunk = envelope("chat.completion.chunk");
		chunk.putArray("choices").add(choice);
		chunk.putNull("usage");
		return chunk;
	}

	private ObjectNode envelope(String object) {
		return this.json.createObjectNode()
			.put("id", this.id)
			.put("object", object)
			.put("created", this.created)
			.put("model", this.request.path("model").asString("offline"))
			.put("service_tier", "default");
	}

	private ArrayNode toolCalls(boolean indexed) {
		ArrayNode calls = this.json.createArrayNode();
		for (Reply.ToolCall toolCall : this.reply.toolCalls()) {
			ObjectNode call = this.json.createObjectNode();
			if (indexed) {
				call.put("index", calls.size());
			}
			call.put("id", toolCall.id()).put("type", "function");
			call.putObject("function").put("name", toolCall.name()).put("arguments", toolCall.arguments());
			calls.add(call);
		}
		return calls;
	}

	private List<String> pieces() {
		String text = this.reply.text();
		return (text != null) ? List.of(text.split("(?= )")) : List.of();
	}

	private String finishReason() {
		return this.reply.toolCalls().isEmpty() ? "stop" : "tool_calls";
	}

	private ObjectNode usage() {
		int prompt = tokens(this.request.path("messages").toString() + this.request.path("tools"));
		int completion = tokens(this.reply.toString());
		ObjectNode usage = this.json.createObjectNode()
			.put("prompt_tokens", prompt)
			.put("completion_tokens", completion)
			.put("total_tokens", prompt + completion);
		usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
		usage.putObject("completion_tokens_details").put("reasoning_tokens", 0).put("audio_tokens", 0);
		return usage;
	}

	private static int tokens(String text) {
		return text.length() / CHARACTERS_PER_TOKEN + 1;
	}

}
