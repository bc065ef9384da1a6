package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.payload.ChatChoices;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.CollectionUtils;

/**
 * One loop of a run: calls of the model, and between them the tools that it asks for. A
 * loop whose model asks for none is nothing but the calls.
 */
final class ToolLoop {

	private final AgentRun run;

	private final ChatTracing tracing;

	private List<String> tools = List.of();

	private volatile @Nullable RequestedTools requested;

	ToolLoop(AgentRun run, ChatTracing tracing) {
		this.run = run;
		this.tracing = tracing;
	}

	AgentRun run() {
		return this.run;
	}

	boolean isRecording() {
		return this.run.isRecording();
	}

	/**
	 * Trace a call of the model.
	 * @param request the request
	 * @param model what calls the model
	 * @return the response of the model
	 */
	ChatClientResponse modelCall(ChatClientRequest request, Function<ChatClientRequest, ChatClientResponse> model) {
		answered(request.prompt());
		ModelCall call = this.tracing
			.see(() -> ModelCall.start(this, this.tracing, SentPrompt.of(request), request.context()));
		return (call != null) ? call.call(request, model) : model.apply(request);
	}

	/**
	 * Trace a stream from the model, when it is subscribed to.
	 * @param request the request
	 * @param model what streams from the model
	 * @return the responses of the model
	 */
	Flux<ChatClientResponse> modelStream(ChatClientRequest request,
			Function<ChatClientRequest, Flux<ChatClientResponse>> model) {
		return Flux.defer(() -> {
			if (this.run.isEnded()) {
				// The stream was cancelled while a tool ran; so is this call, at once.
				return model.apply(request);
			}
			answered(request.prompt());
			ModelCall call = this.tracing
				.see(() -> ModelCall.start(this, this.tracing, request.prompt(), request.context()));
			if (call == null) {
				return model.apply(request);
			}
			this.run.opened(call);
			return call.stream(request, model);
		});
	}

	/**
	 * Replace the tools of a request by traced ones.
	 * @param request the request
	 * @return the request with traced tools, or itself where it has none
	 */
	ChatClientRequest traceTools(ChatClientRequest request) {
		ChatClientRequest traced = isRecording() ? this.tracing.see(() -> withTracedTools(request)) : null;
		return (traced != null) ? traced : request;
	}

	private @Nullable ChatClientRequest withTracedTools(ChatClientRequest request) {
		if (!(request.prompt().getOptions() instanceof ToolCallingChatOptions options)) {
			return null;
		}
		List<ToolCallback> tools = options.getToolCallbacks();
		if (CollectionUtils.isEmpty(tools)) {
			return null;
		}
		List<ToolCallback> tracedTools = new ArrayList<>(tools.size());
		List<String> names = new ArrayList<>(tools.size());
		for (ToolCallback tool : tools) {
			ToolCallback traced = ProjectToolCallback.trace(tool, this.tracing, this);
			tracedTools.add(traced);
			if (ToolProxy.traced(traced) != null) {
				names.add(ProjectToolCallback.definition(traced).name());
			}
		}
		ToolCallingChatOptions traced = options.mutate().toolCallbacks(tracedTools).build();
		this.tools = names;
		return new ChatClientRequest(new Prompt(request.prompt().getInstructions(), traced), request.context());
	}

	/**
	 * What a model has answered: the first choice that asks for tools is the one whose
	 * tools are executed.
	 * @param choices the choices
	 */
	void asked(List<ChatChoices.Choice> choices) {
		for (ChatChoices.Choice choice : choices) {
			List<AssistantMessage.ToolCall> calls = choice.message().getToolCalls();
			if (!calls.isEmpty()) {
				requested().add(calls);
				return;
			}
		}
	}

	/**
	 * A traced tool runs.
	 * @param execution the execution
	 */
	void executed(ToolExecution execution) {
		requested().executed(execution);
		this.run.opened(execution);
	}

	private synchronized RequestedTools requested() {
		RequestedTools requested = this.requested;
		if (requested == null) {
			requested = new RequestedTools(this.run, this.tracing, this.tools);
			this.requested = requested;
		}
		return requested;
	}

	private void answered(Prompt prompt) {
		RequestedTools requested = this.requested;
		if (requested != null) {
			this.tracing.observe(() -> requested.answered(prompt));
		}
	}

	/**
	 * The loop has ended with a response.
	 * @param response the response
	 */
	void returned(ChatClientResponse response) {
		RequestedTools requested = this.requested;
		if (requested == null) {
			return;
		}
		try {
			requested.returned(response.chatResponse());
		}
		catch (RuntimeException | LinkageError ex) {
			this.tracing.failed(ex);
		}
	}

	/**
	 * The loop has ended with an error.
	 * @param failure the error
	 */
	void failed(Throwable failure) {
		RequestedTools requested = this.requested;
		if (requested != null) {
			this.tracing.observe(() -> requested.failed(failure));
		}
	}

	/**
	 * The loop of a stream has come to its next response, or to its end.
	 * @param signal what has come
	 */
	void received(Signal<ChatClientResponse> signal) {
		ChatClientResponse response = signal.get();
		Throwable failure = signal.getThrowable();
		if (response != null) {
			returned(response);
		}
		else if (failure != null) {
			failed(failure);
		}
	}

}
