package dev.braintrust.spring.support;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * A model in this process that returns scripted answers.
 */
public final class ScriptedModel implements ChatModel {

	private final ConcurrentLinkedQueue<Flux<ChatResponse>> answers = new ConcurrentLinkedQueue<>();

	private final List<Prompt> prompts = new CopyOnWriteArrayList<>();

	private volatile RuntimeException failure;

	public ScriptedModel says(String... chunks) {
		return answers(Flux.fromArray(chunks).map((chunk) -> response(AssistantMessage.builder().content(chunk))));
	}

	public ScriptedModel callsTool(String name, String arguments) {
		AssistantMessage.ToolCall call = new AssistantMessage.ToolCall("call_1", "function", name, arguments);
		return answers(Flux.just(response(AssistantMessage.builder().content("").toolCalls(List.of(call)))));
	}

	public ScriptedModel answers(Flux<ChatResponse> answer) {
		this.answers.add(answer);
		return this;
	}

	/**
	 * Throw from the streaming method itself, like a model that cannot stream.
	 */
	public ScriptedModel throwsAtOnce(RuntimeException failure) {
		this.failure = failure;
		return this;
	}

	public static ChatResponse response(AssistantMessage.Builder<?> message) {
		return new ChatResponse(List.of(new Generation(message.build())));
	}

	public List<Prompt> prompts() {
		return this.prompts;
	}

	public void forgetAnswers() {
		this.answers.clear();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		return stream(prompt).blockLast();
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		this.prompts.add(prompt);
		if (this.failure != null) {
			throw this.failure;
		}
		Flux<ChatResponse> answer = this.answers.poll();
		return (answer != null) ? answer : Flux.error(new IllegalStateException("nothing to say"));
	}

	@Override
	public ChatOptions getOptions() {
		return ToolCallingChatOptions.builder().model("scripted").build();
	}

}
