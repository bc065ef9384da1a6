package dev.braintrust.spring.chat;

import dev.braintrust.spring.reactor.ReactiveSpans;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClient.StreamResponseSpec;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * The stream of a request: each subscription is a run, which ends before the subscriber
 * learns of the end.
 */
final class ProjectStreamResponseSpec implements StreamResponseSpec {

	private final StreamResponseSpec delegate;

	private final AgentRuns runs;

	ProjectStreamResponseSpec(StreamResponseSpec delegate, AgentRuns runs) {
		this.delegate = delegate;
		this.runs = runs;
	}

	@Override
	public Flux<ChatClientResponse> chatClientResponse() {
		return trace(this.delegate.chatClientResponse());
	}

	private <T> Flux<T> trace(Flux<T> responses) {
		return Flux.deferContextual((context) -> {
			AgentRun run = start(context);
			if (!run.isRecording()) {
				return responses;
			}
			return ObservedFlux.of(responses, new Answer(run));
		});
	}

	private AgentRun start(ContextView context) {
		try (Scope ignored = ReactiveSpans.makeCurrent(context)) {
			return this.runs.startStream();
		}
	}

	private static @Nullable String text(Object response) {
		if (response instanceof ChatClientResponse clientResponse) {
			return text(clientResponse.chatResponse());
		}
		return (response instanceof ChatResponse chatResponse) ? text(chatResponse) : response.toString();
	}

	private static @Nullable String text(@Nullable ChatResponse response) {
		Generation result = (response != null) ? response.getResult() : null;
		return (result != null) ? result.getOutput().getText() : null;
	}

	@Override
	public Flux<ChatResponse> chatResponse() {
		return trace(this.delegate.chatResponse());
	}

	@Override
	public Flux<String> content() {
		return trace(this.delegate.content());
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	/**
	 * Sees the answer that the subscriber gets.
	 */
	private final class Answer implements ObservedFlux.Observer<Object> {

		private final AgentRun run;

		private final StringBuilder text = new StringBuilder();

		Answer(AgentRun run) {
			this.run = run;
		}

		@Override
		public void received(Object response) {
			if (!ProjectStreamResponseSpec.this.runs.tracing().recordsOutput()) {
				return;
			}
			try {
				String text = text(response);
				if (text != null) {
					append(text);
				}
			}
			catch (RuntimeException | LinkageError ex) {
				ProjectStreamResponseSpec.this.runs.tracing().failed(ex);
			}
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
				this.run.fail(failure, this.text);
			}
		}

		@Override
		public void ended() {
			synchronized (this.text) {
				this.run.end(this.text);
			}
		}

	}

}
