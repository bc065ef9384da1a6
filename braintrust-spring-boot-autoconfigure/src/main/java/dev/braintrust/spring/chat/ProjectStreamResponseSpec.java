package dev.braintrust.spring.chat;

import java.util.Optional;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient.StreamResponseSpec;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.AbstractMessage;
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
		return Flux.defer(() -> {
			AgentRun run = this.runs.startStream();
			if (!run.isRecording()) {
				return responses;
			}
			StringBuilder answer = new StringBuilder();
			Runnable end = () -> run.end(answer.isEmpty() ? null : answer.toString());
			return responses.doOnNext((response) -> append(answer, response))
				.doOnError(run::fail)
				.doOnComplete(end)
				.doOnCancel(end);
		});
	}

	private void append(StringBuilder answer, Object response) {
		try {
			answer.append(text(response));
		}
		catch (RuntimeException ex) {
			this.runs.tracing().failed(ex);
		}
	}

	private static String text(Object response) {
		ChatResponse chatResponse = (response instanceof ChatClientResponse clientResponse)
				? clientResponse.chatResponse() : null;
		if (response instanceof ChatResponse plainResponse) {
			chatResponse = plainResponse;
		}
		return Optional.ofNullable(chatResponse)
			.map(ChatResponse::getResult)
			.map(Generation::getOutput)
			.map(AbstractMessage::getText)
			.orElseGet(() -> (response instanceof String text) ? text : "");
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

}
