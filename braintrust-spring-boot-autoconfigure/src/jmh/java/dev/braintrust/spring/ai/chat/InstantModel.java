package dev.braintrust.spring.ai.chat;

import java.util.List;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * A model that answers immediately.
 */
final class InstantModel implements ChatModel {

	private final ChatOptions options = ToolCallingChatOptions.builder().model("instant").build();

	private final ChatResponse answer = response("answer ".repeat(146));

	private final List<ChatResponse> chunks = Flux.range(0, 200).map((i) -> response("chunk")).collectList().block();

	private static ChatResponse response(String text) {
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		return this.answer;
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.fromIterable(this.chunks);
	}

	@Override
	public ChatOptions getOptions() {
		return this.options;
	}

}
