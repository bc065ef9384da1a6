package dev.braintrust.spring.chat;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.ToolAdvisor;

/**
 * Takes the place of the advisor that runs the tool loop, under its name and its order,
 * and lets it do its work: with tools that are traced, and in a chain whose calls of the
 * model are. So the chain has the advisors it would have without tracing, and the
 * application's own observations of it are the same.
 *
 * @param <A> the type of the advisor
 */
final class ToolLoopAdvisor<A extends ToolAdvisor & CallAdvisor & StreamAdvisor>
		implements CallAdvisor, StreamAdvisor, ToolAdvisor {

	private final A delegate;

	private final AgentRuns runs;

	ToolLoopAdvisor(A delegate, AgentRuns runs) {
		this.delegate = delegate;
		this.runs = runs;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		ToolLoop loop = new ToolLoop(this.runs.current(), this.runs.tracing());
		ChatClientResponse response;
		try {
			response = this.delegate.adviseCall(loop.traceTools(request),
					new ToolLoopCallChain(chain, this, this.delegate, loop));
		}
		catch (Throwable ex) {
			loop.failed(ex);
			throw ex;
		}
		loop.returned(response);
		return response;
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		ToolLoop loop = new ToolLoop(this.runs.current(), this.runs.tracing());
		Flux<ChatClientResponse> responses = this.delegate.adviseStream(loop.traceTools(request),
				new ToolLoopStreamChain(chain, this, this.delegate, loop));
		return loop.isRecording() ? responses.doOnEach(loop::received) : responses;
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
