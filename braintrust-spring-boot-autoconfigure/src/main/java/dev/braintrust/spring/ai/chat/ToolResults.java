package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallLimitExceededException;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.util.StringUtils;

/**
 * The results of tools, wherever Spring AI puts them, to be taken one by one.
 */
final class ToolResults {

	private final List<ToolResponse> results;

	private ToolResults(List<ToolResponse> results) {
		this.results = new ArrayList<>(results);
	}

	static ToolResults of(ToolExecutionResult result) {
		return last(result.conversationHistory());
	}

	static ToolResults sent(Prompt prompt) {
		return last(prompt.getInstructions());
	}

	private static ToolResults last(List<Message> messages) {
		for (int i = messages.size() - 1; i >= 0; i--) {
			if (messages.get(i) instanceof ToolResponseMessage results) {
				return new ToolResults(results.getResponses());
			}
		}
		return new ToolResults(List.of());
	}

	static ToolResults returned(ChatResponse response) {
		List<ToolResponse> results = new ArrayList<>();
		for (Generation generation : response.getResults()) {
			results
				.add(new ToolResponse(generation.getMetadata().getOrDefault(ToolExecutionResult.METADATA_TOOL_ID, ""),
						generation.getMetadata().getOrDefault(ToolExecutionResult.METADATA_TOOL_NAME, ""),
						String.valueOf(generation.getOutput().getText())));
		}
		return new ToolResults(results);
	}

	static ToolResults until(Generation exceeded) {
		List<ToolResponse> results = new ArrayList<>();
		Object partial = exceeded.getMetadata().get(ToolCallLimitExceededException.METADATA_PARTIAL_TOOL_RESPONSES);
		if (partial instanceof List<?> responses) {
			for (Object response : responses) {
				if (response instanceof ToolResponse known) {
					results.add(known);
				}
			}
		}
		return new ToolResults(results);
	}

	int size() {
		return this.results.size();
	}

	// Take the first result of a request.
	@Nullable String take(AssistantMessage.ToolCall request) {
		for (int i = 0; i < this.results.size(); i++) {
			ToolResponse result = this.results.get(i);
			// Some providers give their requests no ids.
			boolean same = StringUtils.hasText(request.id()) ? request.id().equals(result.id())
					: request.name().equals(result.name());
			if (same) {
				return this.results.remove(i).responseData();
			}
		}
		return null;
	}

}
