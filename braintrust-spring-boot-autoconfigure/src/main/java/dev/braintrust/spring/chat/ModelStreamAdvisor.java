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

	private final ToolLoop loop;

	ModelStreamAdvisor(StreamAdvisor delegate, ToolLoop loop) {
		this.delegate = delegate;
		this.loop = loop;
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return this.loop.modelStream(request, (sent) -> this.delegate.adviseStream(sent, chain));
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
