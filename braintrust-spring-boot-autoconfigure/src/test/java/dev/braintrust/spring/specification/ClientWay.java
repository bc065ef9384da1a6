package dev.braintrust.spring.specification;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

import com.anthropic.client.AnthropicClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The ways to call a provider with its SDK.
 */
enum ClientWay {

	CALL, STREAM, ASYNC_CALL, ASYNC_STREAM;

	boolean isStream() {
		return this == STREAM || this == ASYNC_STREAM;
	}

	/**
	 * Send a request, and wait for the end of its answer.
	 */
	void send(OpenAIClient client, String endpoint, JsonNode request) {
		if (endpoint.endsWith("/responses")) {
			sendResponses(client, request);
		}
		else {
			sendChat(client, request);
		}
	}

	private void sendChat(OpenAIClient client, JsonNode request) {
		ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
			.body(openAi(request, ChatCompletionCreateParams.Body.class))
			.build();
		switch (this) {
			case CALL -> client.chat().completions().create(params);
			case STREAM -> {
				try (var stream = client.chat().completions().createStreaming(params)) {
					stream.stream().forEach((chunk) -> {
					});
				}
			}
			case ASYNC_CALL -> client.async().chat().completions().create(params).join();
			case ASYNC_STREAM -> join(client.async().chat().completions().createStreaming(params).subscribe((chunk) -> {
			}).onCompleteFuture());
		}
	}

	private void sendResponses(OpenAIClient client, JsonNode request) {
		ResponseCreateParams params = ResponseCreateParams.builder()
			.body(openAi(request, ResponseCreateParams.Body.class))
			.build();
		switch (this) {
			case CALL -> client.responses().create(params);
			case STREAM -> {
				try (var stream = client.responses().createStreaming(params)) {
					stream.stream().forEach((event) -> {
					});
				}
			}
			case ASYNC_CALL -> client.async().responses().create(params).join();
			case ASYNC_STREAM -> join(client.async().responses().createStreaming(params).subscribe((event) -> {
			}).onCompleteFuture());
		}
	}

	void send(AnthropicClient client, JsonNode request) {
		MessageCreateParams params = MessageCreateParams.builder()
			.body(anthropic(request, MessageCreateParams.Body.class))
			.build();
		switch (this) {
			case CALL -> client.messages().create(params);
			case STREAM -> {
				try (var stream = client.messages().createStreaming(params)) {
					stream.stream().forEach((event) -> {
					});
				}
			}
			case ASYNC_CALL -> client.async().messages().create(params).join();
			case ASYNC_STREAM -> join(client.async().messages().createStreaming(params).subscribe((event) -> {
			}).onCompleteFuture());
		}
	}

	private static void join(CompletableFuture<Void> end) {
		end.join();
	}

	// The SDK itself sets whether to stream.
	private static String body(JsonNode request) {
		ObjectNode body = (ObjectNode) request.deepCopy();
		body.remove("stream");
		return body.toString();
	}

	private static <T> T openAi(JsonNode request, Class<T> type) {
		try {
			return com.openai.core.ObjectMappers.jsonMapper().readValue(body(request), type);
		}
		catch (com.fasterxml.jackson.core.JsonProcessingException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static <T> T anthropic(JsonNode request, Class<T> type) {
		try {
			return com.anthropic.core.ObjectMappers.jsonMapper().readValue(body(request), type);
		}
		catch (com.fasterxml.jackson.core.JsonProcessingException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
