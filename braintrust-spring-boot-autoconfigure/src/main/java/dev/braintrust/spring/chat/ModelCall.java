package dev.braintrust.spring.chat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.payload.ChatChoices;
import dev.braintrust.spring.payload.ChatMessages;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.util.StringUtils;

/**
 * The span of one call of the model.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#completion-api-instrumentation">Braintrust's
 * instrumentation guide, "Completion API Instrumentation"</a>
 */
final class ModelCall implements OpenSpan, ObservedFlux.Observer<ChatClientResponse> {

	private final ToolLoop loop;

	private final ChatTracing tracing;

	private final ProjectSpan span;

	private final Prompt prompt;

	private final @Nullable BraintrustPrompt promptOrigin;

	private final ModelAnswer answer;

	private final AtomicBoolean ended = new AtomicBoolean();

	private List<ChatChoices.Choice> choices = List.of();

	private final long startedAt = System.nanoTime();

	private ModelCall(ToolLoop loop, ChatTracing tracing, ProjectSpan span, Prompt prompt,
			@Nullable BraintrustPrompt promptOrigin) {
		this.loop = loop;
		this.tracing = tracing;
		this.span = span;
		this.prompt = prompt;
		this.promptOrigin = promptOrigin;
		this.answer = new ModelAnswer(ModelApi.of(prompt.getOptions()));
	}

	/**
	 * Start the span of a call.
	 * @param loop the loop that the call is part of
	 * @param tracing how it is traced
	 * @param prompt the prompt that is sent
	 * @param context the context of the request, which may have a
	 * {@link BraintrustPrompt}
	 * @return the call
	 */
	static ModelCall start(ToolLoop loop, ChatTracing tracing, Prompt prompt, Map<String, Object> context) {
		ChatOptions options = prompt.getOptions();
		ProjectSpanBuilder builder = tracing.tracer().llmSpan(ModelApi.of(options).spanName());
		ProjectSpan span = builder.setParent(loop.run().context()).startSpan();
		tracing
			.observe(() -> span.input(new ChatMessages(prompt.getInstructions(), ModelApi.of(options).mediaShape())));
		tracing.observe(() -> {
			ModelParameters.write(span, "provider", ModelProvider.of(prompt, tracing.provider()));
			if (options != null) {
				ModelParameters.write(span, options);
			}
		});
		return new ModelCall(loop, tracing, span, prompt,
				(context.get(BraintrustPrompt.PARAM) instanceof BraintrustPrompt origin) ? origin : null);
	}

	ChatClientResponse call(ChatClientRequest request, Function<ChatClientRequest, ChatClientResponse> model) {
		ChatClientResponse response;
		try (Scope ignored = this.span.makeCurrent()) {
			response = model.apply(request);
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
		this.tracing.observe(() -> this.answer.add(response.chatResponse()));
		ended();
		return response;
	}

	Flux<ChatClientResponse> stream(ChatClientRequest request,
			Function<ChatClientRequest, Flux<ChatClientResponse>> model) {
		Flux<ChatClientResponse> responses;
		try {
			responses = model.apply(request);
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
		return ObservedFlux.of(responses, this);
	}

	@Override
	public void received(ChatClientResponse response) {
		try {
			if (this.answer.add(response.chatResponse())) {
				long elapsed = System.nanoTime() - this.startedAt;
				this.span.metric("time_to_first_token", elapsed / (double) TimeUnit.SECONDS.toNanos(1));
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.tracing.failed(ex);
		}
	}

	@Override
	public void failed(Throwable failure) {
		if (this.ended.compareAndSet(false, true)) {
			Failure.record(this.span, failure, this.tracing);
			this.tracing.observe(this::writeAnswer);
			this.span.end();
		}
	}

	// A span of a stream ends before the subscriber learns of the end, and so before the
	// span around it.
	@Override
	public void ended() {
		if (this.ended.compareAndSet(false, true)) {
			this.tracing.observe(this::writeAnswer);
			this.span.end();
			this.tracing.observe(() -> this.loop.asked(this.choices));
		}
	}

	@Override
	public boolean isEnded() {
		return this.ended.get();
	}

	@Override
	public void cut() {
		ended();
	}

	private void writeAnswer() {
		if (this.promptOrigin != null) {
			// Last, so that no other metadata is in its place.
			this.span.metadata("prompt", this.promptOrigin.toMetadata());
		}
		ModelParameters.write(this.span, "model", model());
		Map<String, Long> tokens = this.answer.tokens();
		List<ChatChoices.Choice> choices = this.answer.choices();
		this.choices = choices;
		this.loop.run().answered(choices.isEmpty() ? null : choices.get(0).message().getText(), tokens);
		tokens.forEach(this.span::metric);
		if (!choices.isEmpty()) {
			this.span.output(new ChatChoices(choices, callsBefore(choices)));
		}
	}

	private int callsBefore(List<ChatChoices.Choice> choices) {
		for (ChatChoices.Choice choice : choices) {
			if (ChatMessages.callsWithoutId(List.of(choice.message())) > 0) {
				return ChatMessages.callsWithoutId(this.prompt.getInstructions());
			}
		}
		return 0;
	}

	private @Nullable String model() {
		if (StringUtils.hasText(this.answer.model())) {
			return this.answer.model();
		}
		return (this.prompt.getOptions() != null) ? this.prompt.getOptions().getModel() : null;
	}

}
