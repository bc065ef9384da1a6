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

	private final AgentRun run;

	ModelCallAdvisor(CallAdvisor delegate, AgentRun run) {
		this.delegate = delegate;
		this.run = run;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		return this.run.modelCall(request, (sent) -> this.delegate.adviseCall(sent, chain));
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
