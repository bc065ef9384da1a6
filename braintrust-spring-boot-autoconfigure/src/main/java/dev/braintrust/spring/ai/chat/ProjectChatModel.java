package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.reactor.ReactiveSpans;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * The model at the end of the advisor chain of a traced request, which sees each prompt
 * that is sent. Or a model that belongs to a project itself and is used without a client
 * or by other models.
 */
final class ProjectChatModel implements ChatModel {

	private final ChatModel delegate;

	private final AgentRuns runs;

	private final boolean alone;

	ProjectChatModel(ChatModel delegate, AgentRuns runs) {
		this(delegate, runs, false);
	}

	private ProjectChatModel(ChatModel delegate, AgentRuns runs, boolean alone) {
		this.delegate = delegate;
		this.runs = runs;
		this.alone = alone;
	}

	// Create a model that belongs to a project itself.
	static ProjectChatModel alone(ChatModel model, ChatTracing tracing) {
		return new ProjectChatModel(model, new AgentRuns(tracing), true);
	}

	// Return the application's model. A client traces its calls into its own project,
	// even if the model belongs to another one.
	static ChatModel untraced(ChatModel model) {
		ChatModel untraced = (model instanceof ProjectChatModel traced) ? traced.delegate : model;
		ChatModelInterceptor interceptor = StandIn.interceptor(untraced, ChatModelInterceptor.class);
		return (interceptor != null) ? interceptor.model() : untraced;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		ModelCall call = start(this.runs.current(), prompt, Context.current());
		return (call != null) ? call.call(this.delegate, prompt) : this.delegate.call(prompt);
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		Context sent = Context.current();
		Flux<ChatResponse> responses;
		try {
			responses = this.delegate.stream(prompt);
		}
		catch (Throwable ex) {
			ModelCall call = start(this.runs.current(), prompt, sent);
			if (call != null) {
				call.failed(ex);
			}
			throw ex;
		}
		return (responses != null) ? Flux.deferContextual((context) -> {
			AgentRun run = this.runs.in(context);
			ModelCall call = start(run, prompt, (run != null) ? sent : around(context, sent));
			Flux<ChatResponse> observed = (call != null) ? call.stream(responses) : responses;
			return (run != null) ? RunFlux.signals(run, observed) : observed;
		}) : responses;
	}

	// Return the parent context of a stream: the subscriber's context if it has a span of
	// the project, else the context in which the prompt was sent.
	private Context around(ContextView context, Context sent) {
		return this.runs.tracing().see(() -> {
			try (Scope ignored = ReactiveSpans.makeCurrent(context)) {
				return this.runs.tracing().tracer().currentSpan().getSpanContext().isValid() ? Context.current() : sent;
			}
		}, sent);
	}

	// A request without a run belongs to a client that was mutated from a traced request;
	// its call still has a span. If the run has ended, it was cancelled while a tool ran,
	// and this call will be cancelled immediately.
	private @Nullable ModelCall start(@Nullable AgentRun run, Prompt prompt, Context around) {
		boolean recording = (run != null) ? run.isRecording() && !run.isEnded()
				: this.runs.isOn() && !(this.alone && isCallOfClient(prompt));
		return recording ? this.runs.tracing()
			.see(() -> ModelCall.start(run, this.runs.tracing(), around, prompt, this.alone ? this.delegate : null))
				: null;
	}

	// Whether a client makes this call through another model of the application, such as
	// one that retries. The client already has a span for the same prompt.
	private boolean isCallOfClient(Prompt prompt) {
		AgentRun run = RunContext.current();
		ModelCall call = (run != null) ? run.modelCall() : null;
		return call != null && Boolean.TRUE.equals(this.runs.tracing().see(() -> call.isAbout(prompt)));
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
