package dev.braintrust.spring.chat;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;

/**
 * Takes the place of the advisor that calls the model, under its name and its order, and
 * traces it.
 */
final class ModelCallAdvisor implements CallAdvisor {

	private final CallAdvisor delegate;

	private final ToolLoop loop;

	ModelCallAdvisor(CallAdvisor delegate, ToolLoop loop) {
		this.delegate = delegate;
		this.loop = loop;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		return this.loop.modelCall(request, (sent) -> this.delegate.adviseCall(sent, chain));
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
