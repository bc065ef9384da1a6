package dev.braintrust.spring.chat;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.core.Ordered;

/**
 * Traces the calls of the model as the last advisor before it. Needed only where no
 * advisor that runs the tool loop can be replaced, as where the application executes
 * tools itself.
 */
final class LastAdvisor implements CallAdvisor, StreamAdvisor {

	private final AgentRuns runs;

	LastAdvisor(AgentRuns runs) {
		this.runs = runs;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		AgentRun run = this.runs.current();
		return run.isRecording() ? run.loop().modelCall(request, chain::nextCall) : chain.nextCall(request);
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		AgentRun run = this.runs.current();
		return run.isRecording() ? run.loop().modelStream(request, chain::nextStream) : chain.nextStream(request);
	}

	@Override
	public String getName() {
		return "braintrust";
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

}
