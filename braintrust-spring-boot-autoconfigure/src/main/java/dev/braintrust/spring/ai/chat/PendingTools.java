package dev.braintrust.spring.ai.chat;

import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ai.message.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.util.StringUtils;

/**
 * The tool requests that a model has left to the application, across the requests of a
 * client. An application that executes tools itself sends the results with its next
 * request, and the spans are recorded then. At most {@value #MAX_PENDING} tool requests
 * are remembered, each as long as the application holds the answer.
 */
final class PendingTools {

	private static final int MAX_PENDING = 256;

	private final Map<String, Pending> pending = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Pending> eldest) {
			return size() > MAX_PENDING;
		}

	};

	private volatile boolean empty = true;

	static long now() {
		Instant now = Instant.now();
		return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
	}

	synchronized void add(List<AssistantMessage.ToolCall> requests, long requestedAt) {
		for (AssistantMessage.ToolCall request : requests) {
			if (StringUtils.hasText(request.id())) {
				this.pending.put(request.id(), new Pending(new WeakReference<>(request), requestedAt));
				this.empty = false;
			}
		}
	}

	// Recorded or scripted models reuse ids, so compare the request object, not only
	// its id.
	private synchronized @Nullable Pending take(AssistantMessage.ToolCall request) {
		Pending found = this.pending.get(request.id());
		if (found == null || found.request().get() != request) {
			return null;
		}
		this.pending.remove(request.id());
		this.empty = this.pending.isEmpty();
		return found;
	}

	// Record the tools whose results a prompt contains. Their spans are placed beside the
	// task of the run that sends the results.
	void answered(Prompt prompt, AgentRun run) {
		if (this.empty) {
			return;
		}
		List<Message> messages = prompt.getInstructions();
		for (int i = messages.size() - 1; i >= 0; i--) {
			if (messages.get(i) instanceof ToolResponseMessage results) {
				for (ToolResponse result : results.getResponses()) {
					AssistantMessage.ToolCall request = request(messages, i, result.id());
					Pending found = (request != null) ? take(request) : null;
					if (request != null && found != null) {
						write(request, result, found.requestedAt(), run);
					}
				}
			}
		}
	}

	private static AssistantMessage.@Nullable ToolCall request(List<Message> messages, int before, String id) {
		for (int i = before - 1; i >= 0; i--) {
			if (messages.get(i) instanceof AssistantMessage answer) {
				for (AssistantMessage.ToolCall request : answer.getToolCalls()) {
					if (request.id().equals(id)) {
						return request;
					}
				}
			}
		}
		return null;
	}

	private static void write(AssistantMessage.ToolCall request, ToolResponse result, long requestedAt, AgentRun run) {
		run.tracing()
			.tracer()
			.toolSpan(request.name())
			.setParent(run.surroundings())
			.input(new JsonText(ToolExecution.arguments(request)))
			.setStartTimestamp(requestedAt, TimeUnit.NANOSECONDS)
			.startSpan()
			.output(new JsonText(result.responseData()))
			.end();
	}

	// A tool request that has no result yet.
	private record Pending(WeakReference<AssistantMessage.ToolCall> request, long requestedAt) {
	}

}
