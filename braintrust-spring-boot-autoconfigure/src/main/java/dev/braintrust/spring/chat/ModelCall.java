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
final class ModelCall implements OpenSpan {

	private final ToolLoop loop;

	private final ChatTracing tracing;

	private final ProjectSpan span;

	private final Prompt prompt;

	private final ModelAnswer answer = new ModelAnswer();

	private final AtomicBoolean ended = new AtomicBoolean();

	private List<ChatChoices.Choice> choices = List.of();

	private final long startedAt = System.nanoTime();

	private ModelCall(ToolLoop loop, ChatTracing tracing, ProjectSpan span, Prompt prompt) {
		this.loop = loop;
		this.tracing = tracing;
		this.span = span;
		this.prompt = prompt;
	}

	static ModelCall start(ToolLoop loop, ChatTracing tracing, Prompt prompt) {
		String provider = ModelProvider.of(prompt);
		ProjectSpanBuilder builder = tracing.tracer().llmSpan(ModelProvider.spanName(provider));
		ProjectSpan span = builder.setParent(loop.run().context()).startSpan();
		tracing.observe(() -> {
			span.input(new ChatMessages(prompt.getInstructions()));
			metadata(span, "provider", provider);
			describe(span, prompt.getOptions());
		});
		return new ModelCall(loop, tracing, span, prompt);
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
		// The span ends before the subscriber learns of the end, and so before the span
		// around it.
		return model.apply(request)
			.doOnNext(this::received)
			.doOnError(this::fail)
			.doOnComplete(this::end)
			.doOnCancel(this::end);
	}

	private void received(ChatClientResponse response) {
		try {
			if (this.answer.add(response.chatResponse())) {
				long elapsed = System.nanoTime() - this.startedAt;
				this.span.metric("time_to_first_token", elapsed / (double) TimeUnit.SECONDS.toNanos(1));
			}
		}
		catch (RuntimeException ex) {
			this.tracing.failed(ex);
		}
	}

	private void fail(Throwable failure) {
		if (this.ended.compareAndSet(false, true)) {
			Failure.record(this.span, failure, this.tracing);
			this.tracing.observe(this::writeAnswer);
			this.span.end();
		}
	}

	private void end() {
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
		end();
	}

	private void writeAnswer() {
		Map<String, Long> tokens = this.answer.tokens();
		this.loop.run().answered(this.answer.text(), totals(tokens));
		metadata(this.span, "model", model());
		tokens.forEach(this.span::metric);
		this.choices = this.answer.choices();
		if (!this.choices.isEmpty()) {
			this.span.output(new ChatChoices(this.choices));
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

}
