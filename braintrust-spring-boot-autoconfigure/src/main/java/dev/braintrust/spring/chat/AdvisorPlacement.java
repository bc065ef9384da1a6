package dev.braintrust.spring.chat;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.ToolAdvisor;

/**
 * An advisor of ours among the advisors of a request, for as long as the chain is built.
 */
final class AdvisorPlacement {

	private final List<Advisor> advisors;

	private final Advisor placed;

	private final @Nullable Advisor replaced;

	private AdvisorPlacement(List<Advisor> advisors, Advisor placed, @Nullable Advisor replaced) {
		this.advisors = advisors;
		this.placed = placed;
		this.replaced = replaced;
	}

	/**
	 * Put an advisor in.
	 * @param request the request
	 * @param toolAdvisor the advisor that the client registers by itself
	 * @param runs the runs that the request will make
	 * @return the placement, to be undone as soon as the chain is built
	 */
	static AdvisorPlacement of(DefaultChatClientRequestSpec request, AutoRegisteredToolAdvisor toolAdvisor,
			AgentRuns runs) {
		List<Advisor> advisors = request.getAdvisors();
		int index = indexOfToolAdvisor(advisors);
		Advisor replaced = (index >= 0) ? advisors.get(index) : toolAdvisor.forRequest(request);
		Advisor placed = (replaced != null) ? toolLoopAdvisor(replaced, runs) : null;
		if (placed == null) {
			replaced = null;
			placed = new LastAdvisor(runs);
			advisors.add(placed);
		}
		else if (index >= 0) {
			advisors.set(index, placed);
		}
		else {
			advisors.add(placed);
		}
		return new AdvisorPlacement(advisors, placed, replaced);
	}

	private static int indexOfToolAdvisor(List<Advisor> advisors) {
		for (int i = 0; i < advisors.size(); i++) {
			if (advisors.get(i) instanceof ToolAdvisor) {
				return i;
			}
		}
		return -1;
	}

	@SuppressWarnings("unchecked")
	private static <A extends ToolAdvisor & CallAdvisor & StreamAdvisor> @Nullable Advisor toolLoopAdvisor(
			Advisor advisor, AgentRuns runs) {
		return (advisor instanceof ToolAdvisor && advisor instanceof CallAdvisor && advisor instanceof StreamAdvisor)
				? new ToolLoopAdvisor<>((A) advisor, runs) : null;
	}

	/**
	 * Leave the advisors as they would be without tracing.
	 */
	void undo() {
		int index = this.advisors.indexOf(this.placed);
		if (index >= 0 && this.replaced != null) {
			this.advisors.set(index, this.replaced);
		}
		else if (index >= 0) {
			this.advisors.remove(index);
		}
	}

}
