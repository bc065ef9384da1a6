package dev.braintrust.spring.chat;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ChatModelCallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * Finds the prompt that goes over the wire. For structured output the last advisor of a
 * chain adds to the prompt right before it calls the model; the same advisor is asked
 * here what it would send, by a model that keeps the prompt and answers nothing.
 */
final class SentPrompt implements ChatModel {

	private @Nullable Prompt prompt;

	private SentPrompt() {
	}

	/**
	 * The prompt that a call with a request sends.
	 * @param request the request
	 * @return the prompt
	 */
	static Prompt of(ChatClientRequest request) {
		if (!request.context().containsKey(ChatClientAttributes.OUTPUT_FORMAT.getKey())
				&& !request.context().containsKey(ChatClientAttributes.STRUCTURED_OUTPUT_SCHEMA.getKey())) {
			return request.prompt();
		}
		SentPrompt model = new SentPrompt();
		try {
			ChatModelCallAdvisor.builder().chatModel(model).build().adviseCall(request, NoChain.INSTANCE);
		}
		catch (RuntimeException ex) {
			// The call itself will fail in the same way.
		}
		Prompt prompt = model.prompt;
		return (prompt != null) ? prompt : request.prompt();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		this.prompt = prompt;
		return ChatResponse.builder().generations(List.of()).build();
	}

	/**
	 * The chain after the last advisor.
	 */
	private enum NoChain implements CallAdvisorChain {

		INSTANCE;

		@Override
		public ChatClientResponse nextCall(ChatClientRequest request) {
			throw new IllegalStateException("No advisor comes after the last one");
		}

		@Override
		public List<CallAdvisor> getCallAdvisors() {
			return List.of();
		}

		@Override
		public CallAdvisorChain copy(CallAdvisor after) {
			return this;
		}

		@Override
		public ObservationRegistry getObservationRegistry() {
			return ObservationRegistry.NOOP;
		}

	}

}
