package dev.braintrust.spring.ai.chat;

import java.util.List;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionEligibilityChecker;
import org.springframework.ai.model.tool.ToolExecutionResult;

/**
 * An application's own tool loop, which writes each step to the transcript.
 */
final class TwinToolAdvisor extends ToolCallingAdvisor {

	private final Transcript transcript;

	private TwinToolAdvisor(ToolCallingManager manager, ToolExecutionEligibilityChecker checker, int order,
			boolean history, Transcript transcript) {
		super(manager, checker, order, history);
		this.transcript = transcript;
	}

	@Override
	public String getName() {
		return "own loop";
	}

	@Override
	protected ChatClientRequest doInitializeLoop(ChatClientRequest request, CallAdvisorChain chain) {
		this.transcript.note("loop begins with", request, Content.kind(chain), chain.getCallAdvisors());
		return super.doInitializeLoop(request, chain);
	}

	@Override
	protected ChatClientRequest doBeforeCall(ChatClientRequest request, CallAdvisorChain chain) {
		this.transcript.note("loop calls with", request, chain.getCallAdvisors().indexOf(this));
		return super.doBeforeCall(request, chain);
	}

	@Override
	protected ChatClientResponse doAfterCall(ChatClientResponse response, CallAdvisorChain chain) {
		this.transcript.note("loop receives", response);
		return super.doAfterCall(response, chain);
	}

	@Override
	protected List<Message> doGetNextInstructionsForToolCall(ChatClientRequest request, ChatClientResponse response,
			ToolExecutionResult result) {
		this.transcript.note("loop goes on with", request, response, result);
		return super.doGetNextInstructionsForToolCall(request, response, result);
	}

	@Override
	protected ChatClientResponse doFinalizeLoop(ChatClientResponse response, CallAdvisorChain chain) {
		this.transcript.note("loop ends with", response);
		return super.doFinalizeLoop(response, chain);
	}

	@Override
	protected ChatClientRequest doInitializeLoopStream(ChatClientRequest request, StreamAdvisorChain chain) {
		this.transcript.note("loop begins with", request, Content.kind(chain), chain.getStreamAdvisors());
		return super.doInitializeLoopStream(request, chain);
	}

	@Override
	protected ChatClientRequest doBeforeStream(ChatClientRequest request, StreamAdvisorChain chain) {
		this.transcript.note("loop streams with", request, chain.getStreamAdvisors().indexOf(this));
		return super.doBeforeStream(request, chain);
	}

	@Override
	protected ChatClientResponse doAfterStream(ChatClientResponse response, StreamAdvisorChain chain) {
		this.transcript.note("loop has received", response);
		return super.doAfterStream(response, chain);
	}

	@Override
	protected List<Message> doGetNextInstructionsForToolCallStream(ChatClientRequest request,
			ChatClientResponse response, ToolExecutionResult result) {
		this.transcript.note("loop goes on with", request, response, result);
		return super.doGetNextInstructionsForToolCallStream(request, response, result);
	}

	@Override
	protected Flux<ChatClientResponse> doFinalizeLoopStream(Flux<ChatClientResponse> responses,
			StreamAdvisorChain chain) {
		this.transcript.note("loop ends");
		return super.doFinalizeLoopStream(responses, chain);
	}

	/**
	 * A builder whose copies are of its own class.
	 */
	static final class Builder extends ToolCallingAdvisor.Builder<Builder> {

		private final Transcript transcript;

		Builder(Transcript transcript) {
			this.transcript = transcript;
		}

		@Override
		protected ToolCallingAdvisor.Builder<?> newCopy() {
			this.transcript.note("builder of the loop is copied");
			return new Builder(this.transcript);
		}

		@Override
		public ToolCallingAdvisor build() {
			this.transcript.note("loop is built");
			return new TwinToolAdvisor(getToolCallingManager(), getToolExecutionEligibilityChecker(), getAdvisorOrder(),
					isConversationHistoryEnabled(), this.transcript);
		}

	}

}
