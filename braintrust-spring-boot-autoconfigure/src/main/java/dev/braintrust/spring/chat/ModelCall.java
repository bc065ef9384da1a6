package dev.braintrust.spring.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.payload.ChatChoices;
import dev.braintrust.spring.payload.ChatMessages;
import dev.braintrust.spring.payload.ToolDefinitions;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.observability.DefaultSignalListener;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * The span of one call of the model.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#completion-api-instrumentation">Braintrust's
 * instrumentation guide, "Completion API Instrumentation"</a>
 */
final class ModelCall {

	private final AgentRun run;

	private final ChatTracing tracing;

	private final ProjectSpan span;

	private final Prompt prompt;

	private final ModelAnswer answer = new ModelAnswer();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final long startedAt = System.nanoTime();

	private ModelCall(AgentRun run, ChatTracing tracing, ProjectSpan span, Prompt prompt) {
		this.run = run;
		this.tracing = tracing;
		this.span = span;
		this.prompt = prompt;
	}

	static ModelCall start(AgentRun run, ChatTracing tracing, Prompt prompt) {
		String provider = ModelProvider.of(prompt);
		ProjectSpanBuilder builder = tracing.tracer().llmSpan(ModelProvider.spanName(provider));
		ProjectSpan span = builder.setParent(run.context()).startSpan();
		tracing.observe(() -> {
			span.input(new ChatMessages(prompt.getInstructions()));
			metadata(span, "provider", provider);
			describe(span, prompt.getOptions());
		});
		return new ModelCall(run, tracing, span, prompt);
	}

	private static void describe(ProjectSpan span, @Nullable ChatOptions options) {
		if (options == null) {
			return;
		}
		metadata(span, "temperature", options.getTemperature());
		metadata(span, "top_p", options.getTopP());
		metadata(span, "max_tokens", options.getMaxTokens());
		metadata(span, "frequency_penalty", options.getFrequencyPenalty());
		metadata(span, "presence_penalty", options.getPresencePenalty());
		metadata(span, "stop", options.getStopSequences());
		if (options instanceof ToolCallingChatOptions tools && !CollectionUtils.isEmpty(tools.getToolCallbacks())) {
			span.metadata("tools", new ToolDefinitions(
					tools.getToolCallbacks().stream().map(ToolCallback::getToolDefinition).toList()));
		}
	}

	private static void metadata(ProjectSpan span, String key, @Nullable Object value) {
		if (value != null) {
			span.metadata(key, value);
		}
	}

	ChatClientResponse call(ChatClientRequest request, Function<ChatClientRequest, ChatClientResponse> model) {
		ChatClientResponse response;
		try (Scope ignored = this.span.makeCurrent()) {
			response = model.apply(request);
		}
		catch (Throwable ex) {
			fail(ex);
			throw ex;
		}
		this.tracing.observe(() -> this.answer.add(response.chatResponse()));
		end();
		return response;
	}

	Flux<ChatClientResponse> stream(ChatClientRequest request,
			Function<ChatClientRequest, Flux<ChatClientResponse>> model) {
		return model.apply(request).tap(() -> new Chunks());
	}

	private void fail(Throwable failure) {
		this.span.recordException(Failure.unwrap(failure));
		end();
	}

	private void end() {
		if (this.ended.compareAndSet(false, true)) {
			this.tracing.observe(this::writeAnswer);
			this.span.end();
		}
	}

	private void writeAnswer() {
		Map<String, Long> tokens = this.answer.tokens();
		this.run.answered(this.answer.text(), totals(tokens));
		metadata(this.span, "model", model());
		tokens.forEach(this.span::metric);
		List<ChatChoices.Choice> choices = this.answer.choices();
		if (!choices.isEmpty()) {
			this.span.output(new ChatChoices(choices));
		}
	}

	private static Map<String, Long> totals(Map<String, Long> tokens) {
		Map<String, Long> totals = new LinkedHashMap<>(tokens);
		totals.keySet().retainAll(List.of("prompt_tokens", "completion_tokens", "tokens"));
		return totals;
	}

	private @Nullable String model() {
		if (StringUtils.hasText(this.answer.model())) {
			return this.answer.model();
		}
		return (this.prompt.getOptions() != null) ? this.prompt.getOptions().getModel() : null;
	}

	/**
	 * Sees what a stream brings. The span ends before the subscriber learns of the end,
	 * and so before the span around it.
	 */
	private final class Chunks extends DefaultSignalListener<ChatClientResponse> {

		@Override
		public void doOnNext(ChatClientResponse response) {
			try {
				if (ModelCall.this.answer.add(response.chatResponse())) {
					long elapsed = System.nanoTime() - ModelCall.this.startedAt;
					ModelCall.this.span.metric("time_to_first_token", elapsed / (double) TimeUnit.SECONDS.toNanos(1));
				}
			}
			catch (RuntimeException ex) {
				ModelCall.this.tracing.failed(ex);
			}
		}

		@Override
		public void doOnError(Throwable failure) {
			fail(failure);
		}

		@Override
		public void doOnComplete() {
			end();
		}

		@Override
		public void doOnCancel() {
			end();
		}

	}

}
