package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;

/**
 * The chain as the advisor of the tool loop sees it: it finds itself in it, and the calls
 * of the model at its end are traced.
 */
final class ToolLoopCallChain implements CallAdvisorChain {

	private final CallAdvisorChain delegate;

	private final CallAdvisor placed;

	private final CallAdvisor advisor;

	private final AgentRun run;

	/**
	 * Create a chain.
	 * @param delegate the chain
	 * @param placed the advisor that stands in the chain
	 * @param advisor the advisor that it stands for
	 * @param run the run to trace into
	 */
	ToolLoopCallChain(CallAdvisorChain delegate, CallAdvisor placed, CallAdvisor advisor, AgentRun run) {
		this.delegate = delegate;
		this.placed = placed;
		this.advisor = advisor;
		this.run = run;
	}

	@Override
	public ChatClientResponse nextCall(ChatClientRequest request) {
		if (this.delegate.copy(this.placed).getCallAdvisors().size() == 1) {
			return this.run.modelCall(request, this.delegate::nextCall);
		}
		return copy(this.advisor).nextCall(request);
	}

	@Override
	public CallAdvisorChain copy(CallAdvisor after) {
		return traced(this.delegate.copy((after == this.advisor) ? this.placed : after));
	}

	private CallAdvisorChain traced(CallAdvisorChain chain) {
		List<CallAdvisor> advisors = chain.getCallAdvisors();
		if (advisors.isEmpty()) {
			return chain;
		}
		CallAdvisor model = advisors.get(advisors.size() - 1);
		// A copy after the last advisor is empty and has the settings of the chain.
		if (chain.copy(model) instanceof BaseAdvisorChain empty) {
			List<Advisor> traced = new ArrayList<>(advisors.subList(0, advisors.size() - 1));
			traced.add(new ModelCallAdvisor(model, this.run));
			// Of advisors with the same order, the chain puts the last one first.
			Collections.reverse(traced);
			return empty.mutate().pushAll(traced).build();
		}
		return chain;
	}

	@Override
	public List<CallAdvisor> getCallAdvisors() {
		return this.delegate.getCallAdvisors()
			.stream()
			.map((candidate) -> (candidate == this.placed) ? this.advisor : candidate)
			.toList();
	}

	@Override
	public ObservationRegistry getObservationRegistry() {
		return this.delegate.getObservationRegistry();
	}

}
