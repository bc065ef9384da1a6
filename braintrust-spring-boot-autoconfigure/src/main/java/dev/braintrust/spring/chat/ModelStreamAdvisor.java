package dev.braintrust.spring.chat;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;

/**
 * Takes the place of the advisor that streams from the model, under its name and its
 * order, and traces it.
 */
final class ModelStreamAdvisor implements StreamAdvisor {

	private final StreamAdvisor delegate;

	private final AgentRun run;

	ModelStreamAdvisor(StreamAdvisor delegate, AgentRun run) {
		this.delegate = delegate;
		this.run = run;
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return this.run.modelStream(request, (sent) -> this.delegate.adviseStream(sent, chain));
	}

	@Override
	public String getName() {
		return this.delegate.getName();
	}

	@Override
	public int getOrder() {
		return this.delegate.getOrder();
	}

}
