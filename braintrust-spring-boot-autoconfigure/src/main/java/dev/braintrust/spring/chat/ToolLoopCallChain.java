package dev.braintrust.spring.chat;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;

/**
 * The chain of a call as the advisor of the tool loop sees it: the advisor finds itself
 * in it, and the calls of the model at its end are traced.
 */
final class ToolLoopCallChain implements CallAdvisorChain {

	private final CallAdvisorChain delegate;

	private final CallAdvisor placed;

	private final CallAdvisor advisor;

	private final ToolLoop loop;

	/**
	 * Create a chain.
	 * @param delegate the chain
	 * @param placed the advisor that stands in the chain
	 * @param advisor the advisor that it stands for
	 * @param loop the loop to trace into
	 */
	ToolLoopCallChain(CallAdvisorChain delegate, CallAdvisor placed, CallAdvisor advisor, ToolLoop loop) {
		this.delegate = delegate;
		this.placed = placed;
		this.advisor = advisor;
		this.loop = loop;
	}

	@Override
	public ChatClientResponse nextCall(ChatClientRequest request) {
		if (!this.loop.isRecording()) {
			return this.delegate.nextCall(request);
		}
		CallAdvisorChain rest = this.delegate.copy(this.placed);
		return (rest.getCallAdvisors().size() == 1) ? this.loop.modelCall(request, this.delegate::nextCall)
				: traced(rest).nextCall(request);
	}

	@Override
	public CallAdvisorChain copy(CallAdvisor after) {
		return traced(this.delegate.copy((after != this.advisor) ? after : this.placed));
	}

	private CallAdvisorChain traced(CallAdvisorChain chain) {
		List<CallAdvisor> advisors = chain.getCallAdvisors();
		if (!this.loop.isRecording() || advisors.isEmpty()) {
			return chain;
		}
		if (advisors.size() == 1) {
			return new ModelCallChain(chain, this.loop);
		}
		CallAdvisor model = advisors.get(advisors.size() - 1);
		return (chain.copy(model) instanceof BaseAdvisorChain empty)
				? RebuiltChain.of(empty, advisors, new ModelCallAdvisor(model, this.loop)) : chain;
	}

	@Override
	public List<CallAdvisor> getCallAdvisors() {
		return this.delegate.getCallAdvisors()
			.stream()
			.map((candidate) -> (candidate != this.placed) ? candidate : this.advisor)
			.toList();
	}

	@Override
	public ObservationRegistry getObservationRegistry() {
		return this.delegate.getObservationRegistry();
	}

	/**
	 * A chain of nothing but the advisor that calls the model.
	 *
	 * @param delegate the chain
	 * @param loop the loop to trace into
	 */
	private record ModelCallChain(CallAdvisorChain delegate, ToolLoop loop) implements CallAdvisorChain {

		@Override
		public ChatClientResponse nextCall(ChatClientRequest request) {
			return this.loop.modelCall(request, this.delegate::nextCall);
		}

		@Override
		public CallAdvisorChain copy(CallAdvisor after) {
			return this.delegate.copy(after);
		}

		@Override
		public List<CallAdvisor> getCallAdvisors() {
			return this.delegate.getCallAdvisors();
		}

		@Override
		public ObservationRegistry getObservationRegistry() {
			return this.delegate.getObservationRegistry();
		}

	}

}
