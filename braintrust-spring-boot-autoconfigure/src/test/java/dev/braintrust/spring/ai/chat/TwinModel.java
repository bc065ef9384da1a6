package dev.braintrust.spring.ai.chat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;

/**
 * The model of an application, which writes its requests to the transcript and sends
 * scripted answers.
 */
final class TwinModel implements ChatModel {

	private final Transcript transcript;

	private final Deque<Flux<ChatResponse>> answers = new ArrayDeque<>();

	private ChatOptions options = ToolCallingChatOptions.builder().model("scripted").build();

	private @Nullable ToolCallingManager manager;

	private @Nullable RuntimeException refusal;

	TwinModel(Transcript transcript) {
		this.transcript = transcript;
	}

	TwinModel says(String... chunks) {
		return answers(chunks.length + 1,
				Arrays.stream(chunks).map((chunk) -> AssistantMessage.builder().content(chunk).build()).toList());
	}

	TwinModel asksFor(String... tools) {
		List<AssistantMessage.ToolCall> calls = Arrays.stream(tools)
			.map((tool) -> new AssistantMessage.ToolCall("call of " + tool, "function", tool, "{\"city\":\"Paris\"}"))
			.toList();
		return answers(7, List.of(AssistantMessage.builder().content("").toolCalls(calls).build()));
	}

	TwinModel saysNothing() {
		this.answers.add(Flux.just(new ChatResponse(List.of())));
		return this;
	}

	TwinModel fails(RuntimeException failure) {
		this.answers.add(Flux.error(failure));
		return this;
	}

	/**
	 * Throw from the streaming method itself, like a model that cannot stream.
	 */
	TwinModel refuses(RuntimeException refusal) {
		this.refusal = refusal;
		return this;
	}

	private TwinModel answers(int tokens, List<AssistantMessage> messages) {
		AssistantMessage last = messages.get(messages.size() - 1);
		this.answers.add(Flux.fromIterable(messages.stream()
			.map((message) -> ChatResponse.builder()
				.generations(List.of(new Generation(message,
						ChatGenerationMetadata.builder().finishReason((message == last) ? "STOP" : null).build())))
				.metadata(ChatResponseMetadata.builder()
					.usage((message == last) ? new DefaultUsage(tokens, 1) : new DefaultUsage(0, 0))
					.build())
				.build())
			.toList()));
		return this;
	}

	TwinModel options(ChatOptions options) {
		this.options = options;
		return this;
	}

	/**
	 * Get the tool definitions from a manager, like a provider's model.
	 */
	TwinModel manager(ToolCallingManager manager) {
		this.manager = manager;
		return this;
	}

	@Override
	public ChatOptions getOptions() {
		this.transcript.noteHere("model is asked for its options");
		return this.options;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		this.transcript.noteHere("model is called", prompt);
		refuse();
		resolve(prompt);
		List<ChatResponse> chunks = answer().collectList().block();
		ChatResponse answer = chunks.get(chunks.size() - 1);
		if (chunks.size() == 1) {
			return answer;
		}
		String text = chunks.stream()
			.map((chunk) -> chunk.getResult().getOutput().getText())
			.collect(Collectors.joining());
		return new ChatResponse(List.of(new Generation(AssistantMessage.builder().content(text).build())),
				answer.getMetadata());
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		this.transcript.noteHere("model puts a stream together", prompt);
		refuse();
		resolve(prompt);
		return Flux.deferContextual((context) -> {
			this.transcript.noteHere("model streams, the application's context is",
					context.getOrDefault("app", "absent"));
			return answer();
		});
	}

	private void refuse() {
		if (this.refusal != null) {
			this.transcript.note("model refuses");
			throw this.refusal;
		}
	}

	private void resolve(Prompt prompt) {
		if (this.manager != null && prompt.getOptions() instanceof ToolCallingChatOptions calling) {
			this.transcript.noteHere("model resolves", this.manager.resolveToolDefinitions(calling).size());
		}
	}

	private synchronized Flux<ChatResponse> answer() {
		if (this.answers.isEmpty()) {
			says("that is ", "all");
		}
		return this.answers.poll();
	}

}
