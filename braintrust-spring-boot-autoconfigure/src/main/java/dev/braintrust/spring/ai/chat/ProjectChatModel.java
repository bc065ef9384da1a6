package dev.braintrust.spring.ai.chat;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * The model inside a traced request, at the end of its chain of advisors: it sees each
 * prompt as it is sent.
 */
final class ProjectChatModel implements ChatModel {

	private final ChatModel delegate;

	private final AgentRuns runs;

	ProjectChatModel(ChatModel delegate, AgentRuns runs) {
		this.delegate = delegate;
		this.runs = runs;
	}

	// The model of the application.
	static ChatModel untraced(ChatModel model) {
		return (model instanceof ProjectChatModel traced) ? traced.delegate : model;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		ModelCall call = start(this.runs.current(), prompt);
		return (call != null) ? call.call(this.delegate) : this.delegate.call(prompt);
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		Flux<ChatResponse> responses;
		try {
			responses = this.delegate.stream(prompt);
		}
		catch (Throwable ex) {
			ModelCall call = start(this.runs.current(), prompt);
			if (call != null) {
				call.failed(ex);
			}
			throw ex;
		}
		return (responses != null) ? Flux.deferContextual((context) -> {
			AgentRun run = this.runs.in(context);
			ModelCall call = start(run, prompt);
			Flux<ChatResponse> observed = (call != null) ? call.stream(responses) : responses;
			return (run != null) ? RunFlux.signals(run, observed) : observed;
		}) : responses;
	}

	// Without a run it is the request of a client that the application made of a traced
	// request; the call has a span all the same. A run that has ended was cancelled while
	// a tool ran, and so is this call, at once.
	private @Nullable ModelCall start(@Nullable AgentRun run, Prompt prompt) {
		boolean recording = (run != null) ? run.isRecording() && !run.isEnded() : this.runs.isOn();
		return recording ? this.runs.tracing().see(() -> ModelCall.start(run, this.runs.tracing(), prompt)) : null;
	}

	@Override
	public ChatOptions getOptions() {
		return this.delegate.getOptions();
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
