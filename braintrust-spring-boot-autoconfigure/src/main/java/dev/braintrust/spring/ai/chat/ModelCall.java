package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.ObservedFlux;
import dev.braintrust.spring.ai.OpenSpan;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import dev.braintrust.spring.ai.provider.Provider;
import dev.braintrust.spring.content.LaterSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.util.StringUtils;

/**
 * The span of one model call.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#completion-api-instrumentation">Braintrust's
 * instrumentation guide, "Completion API Instrumentation"</a>
 */
final class ModelCall extends OpenSpan implements ObservedFlux.Observer<ChatResponse> {

	private final @Nullable AgentRun run;

	private final ChatTracing tracing;

	private final Prompt prompt;

	private final ModelAnswer answer;

	private List<ChatChoices.Choice> choices = List.of();

	private ModelCall(@Nullable AgentRun run, ChatTracing tracing, ProjectSpan span, Prompt prompt, Provider provider) {
		super(tracing, span);
		this.run = run;
		this.tracing = tracing;
		this.prompt = prompt;
		this.answer = new ModelAnswer(provider);
	}

	// Start a call of a run, or of a model that is used without a client.
	static ModelCall start(@Nullable AgentRun run, ChatTracing tracing, Context around, Prompt sent,
			@Nullable ChatModel alone) {
		Prompt prompt = (alone != null) ? withOptions(sent, alone, tracing) : sent;
		if (run != null) {
			tracing.observe(() -> run.requestedTools().answered(prompt));
			PendingTools pending = tracing.pendingTools();
			if (pending != null) {
				tracing.observe(() -> pending.answered(prompt, run));
			}
		}
		Provider provider = (alone != null) ? Provider.of(alone, prompt.getOptions(), null)
				: Provider.of(prompt.getOptions());
		ProjectSpan span = tracing.tracer()
			.llmSpan(provider.spanName())
			.setParent((run != null) ? run.context() : around)
			.startSpan();
		if (span.isRecording()) {
			describe(span, run, tracing, prompt, provider);
		}
		ModelCall call = new ModelCall(run, tracing, span, prompt, provider);
		if (run != null) {
			run.modelCall(call);
		}
		return call;
	}

	// If a prompt has no options, the model uses its own. A client has already
	// added them.
	private static Prompt withOptions(Prompt prompt, ChatModel model, ChatTracing tracing) {
		ChatOptions options = (prompt.getOptions() == null) ? tracing.see(model::getOptions) : null;
		return (options != null) ? new Prompt(prompt.getInstructions(), options) : prompt;
	}

	// Whether a prompt belongs to this call, even if the application changed it on the
	// way to the model. A prompt with another last message is another call.
	boolean isAbout(Prompt other) {
		List<Message> messages = other.getInstructions();
		List<Message> known = this.prompt.getInstructions();
		return !messages.isEmpty() && !known.isEmpty()
				&& messages.get(messages.size() - 1).equals(known.get(known.size() - 1));
	}

	private static void describe(ProjectSpan span, @Nullable AgentRun run, ChatTracing tracing, Prompt prompt,
			Provider provider) {
		tracing.observe(() -> span.input(new ChatMessages(prompt.getInstructions(), provider)));
		ChatOptions options = prompt.getOptions();
		tracing.observe(() -> {
			Provider.write(span, "provider", provider.name(options, tracing.provider()));
			if (options != null) {
				provider.writeParameters(span, options);
			}
		});
		if (options != null) {
			tracing.observe(
					() -> provider.writeTools(span, options, (run != null) ? run::definition : ToolDefinitions::of));
		}
	}

	ChatResponse call(ChatModel model, Prompt sent) {
		ChatResponse response;
		try (Scope ignored = this.tracing.scope(span()::makeCurrent)) {
			response = model.call(sent);
		}
		catch (Throwable ex) {
			fail(ex);
			throw ex;
		}
		this.tracing.observe(() -> this.answer.add(response));
		end();
		return response;
	}

	Flux<ChatResponse> stream(Flux<ChatResponse> responses) {
		if (this.run != null) {
			this.run.opened(this);
		}
		else if (span() instanceof LaterSpan span) {
			span.beforeCut(this::ended);
		}
		// If there is a run, it is current while its models are subscribed to, and marks
		// their calls itself.
		return ObservedFlux.of(
				(this.run != null) ? responses : ObservedFlux.inside(responses, this.tracing.tracer(), this::isEnded),
				this);
	}

	@Override
	public void received(ChatResponse response) {
		step(() -> {
			try {
				this.answer.add(response);
			}
			finally {
				if (this.answer.hasContent()) {
					contentCame();
				}
			}
		});
	}

	@Override
	public void failed(Throwable failure) {
		step(() -> fail(failure));
	}

	// End the span of a stream before the subscriber sees the end, and so before the
	// surrounding span ends.
	@Override
	public void ended() {
		end();
	}

	@Override
	public void end() {
		step(() -> {
			if (close(null) && this.run != null) {
				this.run.requestedTools().asked(this.choices);
			}
		});
	}

	@Override
	protected void write() {
		if (this.run != null) {
			this.run.answered(this);
		}
		BraintrustPrompt promptOrigin = (this.run != null) ? this.run.promptOrigin() : null;
		if (promptOrigin != null) {
			// Written last, so that other metadata cannot replace it.
			span().metadata("prompt", promptOrigin.toMetadata());
		}
		Provider.write(span(), "model", model());
		Map<String, Long> tokens = this.tracing.see(this.answer::tokens, Map.of());
		List<ChatChoices.Choice> choices = this.answer.choices();
		this.choices = choices;
		if (this.run != null) {
			this.run.answered(choices.isEmpty() ? null : choices.get(0).message().getText(), tokens);
		}
		tokens.forEach(span()::metric);
		if (!choices.isEmpty()) {
			span().output(new ChatChoices(choices, this.prompt.getInstructions()));
		}
	}

	private @Nullable String model() {
		if (StringUtils.hasText(this.answer.model())) {
			return this.answer.model();
		}
		return (this.prompt.getOptions() != null) ? this.prompt.getOptions().getModel() : null;
	}

}
