package dev.braintrust.spring.chat;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.ToolAdvisor;
import org.springframework.core.Ordered;

/**
 * Takes the place of the advisor that runs the tool loop, under its name and its order,
 * and lets it do its work: with tools that are traced, and in a chain whose calls of the
 * model are. So the chain has the advisors it would have without tracing, and the
 * application's own observations of it are the same.
 * <p>
 * Where a request has no such advisor, because the application executes tools itself,
 * this one is added as the last before the model and does the tracing alone.
 */
final class ToolLoopAdvisor implements CallAdvisor, StreamAdvisor, ToolAdvisor {

	private final @Nullable ToolAdvisor delegate;

	private final AgentRuns runs;

	private ToolLoopAdvisor(@Nullable ToolAdvisor delegate, AgentRuns runs) {
		this.delegate = delegate;
		this.runs = runs;
	}

	/**
	 * Put a tool loop advisor into the advisors of a request.
	 * @param request the request
	 * @param toolAdvisor the advisor that the client registers by itself
	 * @param runs the runs that the request will make
	 * @return the placement, to be undone as soon as the chain is built
	 */
	static Placement place(DefaultChatClientRequestSpec request, AutoRegisteredToolAdvisor toolAdvisor,
			AgentRuns runs) {
		List<Advisor> advisors = request.getAdvisors();
		for (int i = 0; i < advisors.size(); i++) {
			if (advisors.get(i) instanceof ToolAdvisor found) {
				boolean replaceable = found instanceof CallAdvisor && found instanceof StreamAdvisor;
				ToolLoopAdvisor placed = new ToolLoopAdvisor(replaceable ? found : null, runs);
				if (replaceable) {
					advisors.set(i, placed);
				}
				return new Placement(advisors, placed);
			}
		}
		ToolLoopAdvisor placed = new ToolLoopAdvisor(toolAdvisor.forRequest(request), runs);
		advisors.add(placed);
		return new Placement(advisors, placed);
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		AgentRun run = this.runs.current();
		if (this.delegate instanceof CallAdvisor advisor) {
			return advisor.adviseCall(run.traceTools(request), new ToolLoopCallChain(chain, this, advisor, run));
		}
		return run.isRecording() ? run.modelCall(request, chain::nextCall) : chain.nextCall(request);
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		AgentRun run = this.runs.current();
		if (this.delegate instanceof StreamAdvisor advisor) {
			return advisor.adviseStream(run.traceTools(request), new ToolLoopStreamChain(chain, this, advisor, run));
		}
		return run.isRecording() ? run.modelStream(request, chain::nextStream) : chain.nextStream(request);
	}

	@Override
	public String getName() {
		return (this.delegate != null) ? this.delegate.getName() : "braintrust";
	}

	@Override
	public int getOrder() {
		return (this.delegate != null) ? this.delegate.getOrder() : Ordered.LOWEST_PRECEDENCE - 1;
	}

	/**
	 * A tool loop advisor in the advisors of a request.
	 */
	static final class Placement {

		private final List<Advisor> advisors;

		private final ToolLoopAdvisor placed;

		private Placement(List<Advisor> advisors, ToolLoopAdvisor placed) {
			this.advisors = advisors;
			this.placed = placed;
		}

		/**
		 * Leave the advisors as they would be without tracing.
		 */
		void undo() {
			int index = this.advisors.indexOf(this.placed);
			if (index < 0) {
				return;
			}
			if (this.placed.delegate != null) {
				this.advisors.set(index, this.placed.delegate);
			}
			else {
				this.advisors.remove(index);
			}
		}

	}

}
