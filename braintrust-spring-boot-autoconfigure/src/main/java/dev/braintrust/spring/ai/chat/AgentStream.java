package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.ai.ObservedFlux;
import dev.braintrust.spring.reactor.ReactiveSpans;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * One run of a stream: sees the answer that the subscriber gets, and ends the run before
 * the subscriber learns of the end.
 */
final class AgentStream implements ObservedFlux.Observer<ChatClientResponse> {

	private final AgentRun run;

	private final ChatTracing tracing;

	private final StringBuilder text = new StringBuilder();

	private AgentStream(AgentRun run, ChatTracing tracing) {
		this.run = run;
		this.tracing = tracing;
	}

	// Trace a stream. Each subscription is a run.
	static Flux<ChatClientResponse> of(Flux<ChatClientResponse> responses, AgentRequest request) {
		return Flux.deferContextual((context) -> {
			AgentRun run = request.runs().tracing().see(() -> start(request, context));
			if (run == null) {
				return responses;
			}
			request.runs().tracing().scheduledRuns().start();
			if (!run.isRecording()) {
				return RunFlux.within(run, responses);
			}
			AgentStream stream = new AgentStream(run, request.runs().tracing());
			run.beforeCut(stream::ended);
			return ObservedFlux.of(RunFlux.within(run, responses), stream);
		});
	}

	private static @Nullable AgentRun start(AgentRequest request, ContextView context) {
		try (Scope ignored = ReactiveSpans.makeCurrent(context)) {
			return request.start(null);
		}
	}

	@Override
	public void received(ChatClientResponse response) {
		try {
			this.run.returned(response);
			String text = this.tracing.recordsOutput() ? text(response.chatResponse()) : null;
			if (text != null) {
				append(text);
			}
		}
		catch (Throwable ex) {
			this.tracing.failed(ex);
		}
	}

	static @Nullable String text(@Nullable ChatResponse response) {
		Generation result = (response != null) ? response.getResult() : null;
		return (result != null) ? result.getOutput().getText() : null;
	}

	// A stream may be cancelled on one thread while another brings a part.
	private void append(String part) {
		synchronized (this.text) {
			this.text.append(part);
		}
	}

	@Override
	public void failed(Throwable failure) {
		synchronized (this.text) {
			this.run.end(this.text, failure);
		}
	}

	@Override
	public void ended() {
		synchronized (this.text) {
			this.run.end(this.text, null);
		}
	}

}
