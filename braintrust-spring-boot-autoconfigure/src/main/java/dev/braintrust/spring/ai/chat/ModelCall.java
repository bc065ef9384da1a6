package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import dev.braintrust.spring.ai.provider.Provider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
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
final class ModelCall implements OpenSpan, ObservedFlux.Observer<ChatResponse> {

	private final @Nullable AgentRun run;

	private final ChatTracing tracing;

	private final ProjectSpan span;

	private final Prompt prompt;

	private final ModelAnswer answer;

	private final AtomicBoolean ended = new AtomicBoolean();

	private List<ChatChoices.Choice> choices = List.of();

	private final long startedAt = System.nanoTime();

	private ModelCall(@Nullable AgentRun run, ChatTracing tracing, ProjectSpan span, Prompt prompt, Provider provider) {
		this.run = run;
		this.tracing = tracing;
		this.span = span;
		this.prompt = prompt;
		this.answer = new ModelAnswer(provider);
	}

	static ModelCall start(@Nullable AgentRun run, ChatTracing tracing, Prompt prompt) {
		if (run != null) {
			tracing.observe(() -> run.requestedTools().answered(prompt));
			PendingTools pending = tracing.pendingTools();
			if (pending != null) {
				tracing.observe(() -> pending.answered(prompt, run));
			}
		}
		ChatOptions options = prompt.getOptions();
		Provider provider = Provider.of(options);
		ProjectSpanBuilder builder = tracing.tracer().llmSpan(provider.spanName());
		ProjectSpan span = builder.setParent((run != null) ? run.context() : Context.current()).startSpan();
		if (span.isRecording()) {
			describe(span, run, tracing, prompt, provider);
		}
		return new ModelCall(run, tracing, span, prompt, provider);
	}

	private static void describe(ProjectSpan span, @Nullable AgentRun run, ChatTracing tracing, Prompt prompt,
			Provider provider) {
		tracing.observe(() -> span.input(new ChatMessages(prompt.getInstructions(), provider)));
		ChatOptions options = prompt.getOptions();
		tracing.observe(() -> Provider.write(span, "provider", provider.name(options, tracing.provider())));
		if (options != null) {
			tracing.observe(() -> provider.writeParameters(span, options));
			tracing.observe(
					() -> provider.writeTools(span, options, (run != null) ? run::definition : ToolDefinitions::of));
		}
	}

	ChatResponse call(ChatModel model) {
		ChatResponse response;
		try (Scope ignored = this.tracing.scope(this.span::makeCurrent)) {
			response = model.call(this.prompt);
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
		this.tracing.observe(() -> this.answer.add(response));
		ended();
		return response;
	}

	Flux<ChatResponse> stream(Flux<ChatResponse> responses) {
		if (this.run != null) {
			this.run.opened(this);
		}
		return ObservedFlux.of(responses, this);
	}

	@Override
	public void received(ChatResponse response) {
		try {
			if (this.answer.add(response)) {
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
			if (this.run != null) {
				this.tracing.observe(() -> this.run.requestedTools().asked(this.choices));
			}
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
		BraintrustPrompt promptOrigin = (this.run != null) ? this.run.promptOrigin() : null;
		if (promptOrigin != null) {
			// Last, so that no other metadata is in its place.
			this.span.metadata("prompt", promptOrigin.toMetadata());
		}
		Provider.write(this.span, "model", model());
		Map<String, Long> tokens = this.answer.tokens();
		List<ChatChoices.Choice> choices = this.answer.choices();
		this.choices = choices;
		if (this.run != null) {
			this.run.answered(choices.isEmpty() ? null : choices.get(0).message().getText(), tokens);
		}
		tokens.forEach(this.span::metric);
		if (!choices.isEmpty()) {
			this.span.output(new ChatChoices(choices, callsBefore(choices)));
		}
	}

	private int callsBefore(List<ChatChoices.Choice> choices) {
		boolean numbered = choices.stream().anyMatch(ChatChoices.Choice::hasCallWithoutId);
		return numbered ? ChatMessages.callsWithoutId(this.prompt.getInstructions()) : 0;
	}

	private @Nullable String model() {
		if (StringUtils.hasText(this.answer.model())) {
			return this.answer.model();
		}
		return (this.prompt.getOptions() != null) ? this.prompt.getOptions().getModel() : null;
	}

}
