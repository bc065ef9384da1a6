package dev.braintrust.spring.specification;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.MimeType;

/**
 * A request body for the chat completions endpoint, which is sent by a
 * {@link org.springframework.ai.chat.client.ChatClient}.
 */
record ChatRequest(JsonNode body) {

	void fill(ChatClientRequestSpec request) {
		OpenAiChatOptions.Builder options = OpenAiChatOptions.builder().model(this.body.get("model").asString());
		if (this.body.has("temperature")) {
			options.temperature(this.body.get("temperature").asDouble());
		}
		if (this.body.has("max_tokens")) {
			options.maxTokens(this.body.get("max_tokens").asInt());
		}
		request.options(options).messages(messages());
		this.body.path("tools").forEach((tool) -> request.tools(new RecordedTool(definition(tool.get("function")))));
	}

	private List<Message> messages() {
		List<Message> messages = new ArrayList<>();
		List<ToolResponseMessage.ToolResponse> results = new ArrayList<>();
		for (JsonNode message : this.body.get("messages")) {
			switch (message.get("role").asString()) {
				case "system" -> messages.add(new SystemMessage(message.get("content").asString()));
				case "assistant" -> messages.add(assistant(message));
				case "tool" -> results.add(new ToolResponseMessage.ToolResponse(message.get("tool_call_id").asString(),
						"getWeather", message.get("content").asString()));
				default -> messages.add(user(message.get("content")));
			}
		}
		if (!results.isEmpty()) {
			messages.add(ToolResponseMessage.builder().responses(results).build());
		}
		return messages;
	}

	private static Message assistant(JsonNode message) {
		return AssistantMessage.builder()
			.content(message.path("content").asString(""))
			.toolCalls(StreamSupport.stream(message.path("tool_calls").spliterator(), false)
				.map((call) -> new AssistantMessage.ToolCall(call.get("id").asString(), "function",
						call.at("/function/name").asString(), call.at("/function/arguments").asString()))
				.toList())
			.build();
	}

	private static Message user(JsonNode content) {
		if (content.isString()) {
			return new UserMessage(content.asString());
		}
		UserMessage.Builder message = UserMessage.builder();
		List<Media> media = new ArrayList<>();
		for (JsonNode part : content) {
			switch (part.get("type").asString()) {
				case "text" -> message.text(part.get("text").asString());
				case "image_url" -> media.add(media(part.at("/image_url/url").asString()).build());
				default ->
					media.add(media(part.at("/file/file_data").asString()).name(part.at("/file/filename").asString())
						.build());
			}
		}
		return message.media(media).build();
	}

	private static Media.Builder media(String dataUrl) {
		int comma = dataUrl.indexOf(";base64,");
		return Media.builder()
			.mimeType(MimeType.valueOf(dataUrl.substring("data:".length(), comma)))
			.data(Base64.getDecoder().decode(dataUrl.substring(comma + ";base64,".length())));
	}

	private static ToolDefinition definition(JsonNode function) {
		return ToolDefinition.builder()
			.name(function.get("name").asString())
			.description(function.get("description").asString())
			.inputSchema(function.get("parameters").toString())
			.build();
	}

	/**
	 * The body that Spring AI must send for a call or a stream of this request.
	 */
	JsonNode expectedBody(Way way) {
		ObjectNode expected = (ObjectNode) this.body.deepCopy();
		expected.remove(List.of("stream", "stream_options"));
		if (way == Way.STREAM) {
			expected.put("stream", true).putObject("stream_options").put("include_usage", true);
		}
		expected.path("messages").forEach((message) -> {
			// Spring AI sends an empty text if there is no text.
			if (message.has("tool_calls") && !message.has("content")) {
				((ObjectNode) message).put("content", "");
			}
		});
		for (JsonNode tool : expected.path("tools")) {
			// Spring AI always sends the property "strict".
			((ObjectNode) tool.get("function")).put("strict", false);
		}
		sortTools(expected);
		return expected;
	}

	/**
	 * Convert a sent body to a comparable form.
	 */
	static JsonNode sent(JsonNode body) {
		ObjectNode sent = (ObjectNode) body.deepCopy();
		sortTools(sent);
		return sent;
	}

	// Spring AI sends the tools in its own order.
	private static void sortTools(ObjectNode body) {
		if (body.get("tools") instanceof ArrayNode tools) {
			List<JsonNode> sorted = StreamSupport.stream(tools.spliterator(), false)
				.sorted((one, other) -> name(one).compareTo(name(other)))
				.toList();
			tools.removeAll();
			tools.addAll(sorted);
		}
	}

	private static String name(JsonNode tool) {
		return tool.at("/function/name").asString();
	}

}
