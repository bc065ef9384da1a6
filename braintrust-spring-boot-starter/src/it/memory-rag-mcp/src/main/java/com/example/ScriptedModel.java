package com.example;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * A model with scripted answers.
 */
class ScriptedModel implements ChatModel {

	private final Queue<AssistantMessage> answers = new ConcurrentLinkedQueue<>();

	ScriptedModel says(String text) {
		this.answers.add(new AssistantMessage(text));
		return this;
	}

	ScriptedModel callsTool(String name, String arguments) {
		AssistantMessage.ToolCall call = new AssistantMessage.ToolCall("call_1", "function", name, arguments);
		this.answers.add(AssistantMessage.builder().content("").toolCalls(List.of(call)).build());
		return this;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		return new ChatResponse(List.of(new Generation(this.answers.remove())));
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> Flux.just(call(prompt)));
	}

	@Override
	public ChatOptions getOptions() {
		return ToolCallingChatOptions.builder().model("scripted").build();
	}

	/**
	 * The same embedding for all texts.
	 */
	static class Embeddings implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(IntStream.range(0, request.getInstructions().size())
				.mapToObj((index) -> new Embedding(new float[] { 1, 0 }, index))
				.toList());
		}

		@Override
		public float[] embed(Document document) {
			return new float[] { 1, 0 };
		}

	}

}
