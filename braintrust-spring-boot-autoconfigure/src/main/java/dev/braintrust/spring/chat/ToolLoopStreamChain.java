package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;

/**
 * The chain as the advisor of the tool loop sees it: it finds itself in it, and the calls
 * of the model at its end are traced.
 */
final class ToolLoopStreamChain implements StreamAdvisorChain {

	private final StreamAdvisorChain delegate;

	private final StreamAdvisor placed;

	private final StreamAdvisor advisor;

	private final AgentRun run;

	/**
	 * Create a chain.
	 * @param delegate the chain
	 * @param placed the advisor that stands in the chain
	 * @param advisor the advisor that it stands for
	 * @param run the run to trace into
	 */
	ToolLoopStreamChain(StreamAdvisorChain delegate, StreamAdvisor placed, StreamAdvisor advisor, AgentRun run) {
		this.delegate = delegate;
		this.placed = placed;
		this.advisor = advisor;
		this.run = run;
	}

	@Override
	public Flux<ChatClientResponse> nextStream(ChatClientRequest request) {
		if (this.delegate.copy(this.placed).getStreamAdvisors().size() == 1) {
			return this.run.modelStream(request, this.delegate::nextStream);
		}
		return copy(this.advisor).nextStream(request);
	}

	@Override
	public StreamAdvisorChain copy(StreamAdvisor after) {
		return traced(this.delegate.copy((after == this.advisor) ? this.placed : after));
	}

	private StreamAdvisorChain traced(StreamAdvisorChain chain) {
		List<StreamAdvisor> advisors = chain.getStreamAdvisors();
		if (advisors.isEmpty()) {
			return chain;
		}
		StreamAdvisor model = advisors.get(advisors.size() - 1);
		// A copy after the last advisor is empty and has the settings of the chain.
		if (chain.copy(model) instanceof BaseAdvisorChain empty) {
			List<Advisor> traced = new ArrayList<>(advisors.subList(0, advisors.size() - 1));
			traced.add(new ModelStreamAdvisor(model, this.run));
			// Of advisors with the same order, the chain puts the last one first.
			Collections.reverse(traced);
			return empty.mutate().pushAll(traced).build();
		}
		return chain;
	}

	@Override
	public List<StreamAdvisor> getStreamAdvisors() {
		return this.delegate.getStreamAdvisors()
			.stream()
			.map((candidate) -> (candidate == this.placed) ? this.advisor : candidate)
			.toList();
	}

	@Override
	public ObservationRegistry getObservationRegistry() {
		return this.delegate.getObservationRegistry();
	}

}
