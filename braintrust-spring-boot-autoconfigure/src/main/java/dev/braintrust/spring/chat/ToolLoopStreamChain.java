package dev.braintrust.spring.chat;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;

/**
 * The chain of a stream as the advisor of the tool loop sees it: the advisor finds itself
 * in it, and the streams of the model at its end are traced.
 */
final class ToolLoopStreamChain implements StreamAdvisorChain {

	private final StreamAdvisorChain delegate;

	private final StreamAdvisor placed;

	private final StreamAdvisor advisor;

	private final ToolLoop loop;

	/**
	 * Create a chain.
	 * @param delegate the chain
	 * @param placed the advisor that stands in the chain
	 * @param advisor the advisor that it stands for
	 * @param loop the loop to trace into
	 */
	ToolLoopStreamChain(StreamAdvisorChain delegate, StreamAdvisor placed, StreamAdvisor advisor, ToolLoop loop) {
		this.delegate = delegate;
		this.placed = placed;
		this.advisor = advisor;
		this.loop = loop;
	}

	@Override
	public Flux<ChatClientResponse> nextStream(ChatClientRequest request) {
		if (!this.loop.isRecording()) {
			return this.delegate.nextStream(request);
		}
		StreamAdvisorChain rest = this.delegate.copy(this.placed);
		return (rest.getStreamAdvisors().size() == 1) ? this.loop.modelStream(request, this.delegate::nextStream)
				: traced(rest).nextStream(request);
	}

	@Override
	public StreamAdvisorChain copy(StreamAdvisor after) {
		return traced(this.delegate.copy((after != this.advisor) ? after : this.placed));
	}

	private StreamAdvisorChain traced(StreamAdvisorChain chain) {
		List<StreamAdvisor> advisors = chain.getStreamAdvisors();
		if (!this.loop.isRecording() || advisors.isEmpty()) {
			return chain;
		}
		if (advisors.size() == 1) {
			return new ModelStreamChain(chain, this.loop);
		}
		StreamAdvisor model = advisors.get(advisors.size() - 1);
		return (chain.copy(model) instanceof BaseAdvisorChain empty)
				? RebuiltChain.of(empty, advisors, new ModelStreamAdvisor(model, this.loop)) : chain;
	}

	@Override
	public List<StreamAdvisor> getStreamAdvisors() {
		return this.delegate.getStreamAdvisors()
			.stream()
			.map((candidate) -> (candidate != this.placed) ? candidate : this.advisor)
			.toList();
	}

	@Override
	public ObservationRegistry getObservationRegistry() {
		return this.delegate.getObservationRegistry();
	}

	/**
	 * A chain of nothing but the advisor that streams from the model.
	 *
	 * @param delegate the chain
	 * @param loop the loop to trace into
	 */
	private record ModelStreamChain(StreamAdvisorChain delegate, ToolLoop loop) implements StreamAdvisorChain {

		@Override
		public Flux<ChatClientResponse> nextStream(ChatClientRequest request) {
			return this.loop.modelStream(request, this.delegate::nextStream);
		}

		@Override
		public StreamAdvisorChain copy(StreamAdvisor after) {
			return this.delegate.copy(after);
		}

		@Override
		public List<StreamAdvisor> getStreamAdvisors() {
			return this.delegate.getStreamAdvisors();
		}

		@Override
		public ObservationRegistry getObservationRegistry() {
			return this.delegate.getObservationRegistry();
		}

	}

}
