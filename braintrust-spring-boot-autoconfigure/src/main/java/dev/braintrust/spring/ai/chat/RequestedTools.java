package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ai.Failure;
import dev.braintrust.spring.ai.OpenSpan;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.message.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
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
 * The tool requests of a run's model that have no span yet. Most executions are observed
 * while they run, which creates the span. If application code executes or answers a
 * request out of sight, only the result is visible, in the manager's result, the next
 * prompt or the last response; the span is created then. A request that the run leaves to
 * the application gets its span when a later request of the client contains the result
 * ({@link PendingTools}).
 * <p>
 * An execution does not know its request. It is matched by name and arguments. If a
 * decorator changes these, it is matched by name or by order.
 */
final class RequestedTools {

	private final AgentRun run;

	private final Set<String> knownTools = ConcurrentHashMap.newKeySet();

	private Asked asked = new Asked();

	RequestedTools(AgentRun run) {
		this.run = run;
	}

	// The model has answered. Spring AI executes the tools of the first choice that
	// requests any.
	synchronized void asked(List<ChatChoices.Choice> choices) {
		for (ChatChoices.Choice choice : choices) {
			if (!choice.toolCalls().isEmpty()) {
				this.asked.atEpoch = PendingTools.now();
				this.asked.at = System.nanoTime();
				this.asked.requests.addAll(choice.toolCalls());
				return;
			}
		}
	}

	boolean isAsked(List<ToolCall> calls) {
		return !calls.isEmpty() && requests().containsAll(calls);
	}

	private synchronized List<ToolCall> requests() {
		return List.copyOf(this.asked.requests);
	}

	// Remember that a traced tool exists under this name.
	void known(String name) {
		this.knownTools.add(name);
	}

	// Register a running execution.
	void executed(ToolExecution execution) {
		synchronized (this) {
			this.asked.executions.add(execution);
		}
		this.run.opened(execution);
	}

	// Start the span before an application's manager executes a single tool, so that
	// spans of its work become children.
	@Nullable ToolExecution startOnly() {
		List<ToolCall> requests = requests();
		if (requests.size() != 1) {
			return null;
		}
		ToolCall only = requests.get(0);
		return ToolExecution.start(this.run, this.run.tracing(), only.name(), ToolExecution.arguments(only));
	}

	// The model is called again, maybe with the results of its tools.
	void answered(Prompt prompt) {
		Asked asked = take();
		if (!asked.requests.isEmpty()) {
			answered(asked, prompt.getInstructions());
		}
	}

	// The tools were executed, or answered in another way. The last message with results
	// contains theirs.
	void answered(List<Message> messages) {
		answered(take(), messages);
	}

	// Take the open requests; those without an answer now will never get one. Reading
	// answers and starting or ending spans may run application code, so it happens
	// outside the lock.
	private synchronized Asked take() {
		Asked asked = this.asked;
		this.asked = new Asked();
		return asked;
	}

	private void answered(Asked asked, List<Message> messages) {
		for (int i = messages.size() - 1; i >= 0; i--) {
			if (messages.get(i) instanceof ToolResponseMessage results) {
				takeResults(asked, results.getResponses());
				return;
			}
		}
		takeResults(asked, List.of());
	}

	private void takeResults(Asked asked, List<ToolResponse> results) {
		List<ToolResponse> left = new ArrayList<>(results);
		List<ToolExecution.Answer> answers = new ArrayList<>(left.size());
		for (ToolCall request : asked.requests) {
			left.stream().filter((result) -> isFor(request, result)).findFirst().ifPresent((result) -> {
				left.remove(result);
				answers.add(new ToolExecution.Answer(request, result.responseData()));
			});
		}
		for (ToolExecution execution : asked.executions) {
			execution.endLate(answers);
		}
		ToolExecution.forget(asked.executions, asked.requests);
		for (ToolExecution.Answer answer : answers) {
			if (asked.requests.removeIf((request) -> request == answer.request())) {
				write(asked, answer);
			}
		}
	}

	// Some providers send tool requests without ids.
	private static boolean isFor(ToolCall request, ToolResponse result) {
		return StringUtils.hasText(request.id()) ? request.id().equals(result.id())
				: request.name().equals(result.name());
	}

	// A response has left the advisor chain: the model's response, the results of tools
	// that return directly, or a message that the limit of calls is exceeded.
	void returned(@Nullable ChatResponse response) {
		if (requests().isEmpty() || response == null || response.getResult() == null) {
			return;
		}
		String finishReason = response.getResult().getMetadata().getFinishReason();
		if (ToolExecutionResult.FINISH_REASON.equals(finishReason)) {
			takeResults(take(), response.getResults().stream().map(ToolExecution::result).toList());
		}
		else if (ToolCallLimitExceededException.FINISH_REASON.equals(finishReason)) {
			exceeded(take(), response.getResult());
		}
	}

	private void exceeded(Asked asked, Generation generation) {
		Object partial = generation.getMetadata().get(ToolCallLimitExceededException.METADATA_PARTIAL_TOOL_RESPONSES);
		List<?> responses = (partial instanceof List<?> list) ? list : List.of();
		List<ToolResponse> results = responses.stream()
			.filter(ToolResponse.class::isInstance)
			.map(ToolResponse.class::cast)
			.toList();
		ToolCall denied = (results.size() < asked.requests.size()) ? asked.requests.get(results.size()) : null;
		takeResults(asked, results);
		if (denied != null) {
			// The limit is a policy, and the response shows which request it denied.
			span(denied).startSpan().metadata("tool_approval", "denied").output(generation.getOutput().getText()).end();
		}
	}

	// The tools could not be executed. The error of an execution is already recorded
	// there. Any other error is recorded on the first request that was not executed.
	void failed(Throwable failure) {
		Asked asked = take();
		Throwable unwrapped = Failure.unwrap(failure);
		boolean recorded = false;
		for (ToolExecution execution : asked.executions) {
			execution.failLate(failure);
			recorded |= execution.hasFailedBy(unwrapped);
		}
		ToolExecution.forget(asked.executions, asked.requests);
		if (!recorded && !asked.requests.isEmpty()) {
			ProjectSpan span = span(asked.requests.get(0)).startSpan();
			OpenSpan.record(span, failure, this.run.tracing());
			span.end();
		}
	}

	void ended(@Nullable Throwable failure, @Nullable ChatResponse response) {
		if (failure != null) {
			failed(failure);
		}
		else if (response != null) {
			Asked asked = take();
			this.run.tracing().leave(asked.requests, asked.atEpoch);
		}
	}

	private void write(Asked asked, ToolExecution.Answer answer) {
		ProjectSpanBuilder builder = span(answer.request());
		// If a traced tool exists but was not executed, the request was answered instead
		// of executed, just now. Other tools were executed out of sight and took at most
		// this long.
		if (this.knownTools.contains(answer.request().name())) {
			builder.startSpan().output(new JsonText(answer.result())).end();
			return;
		}
		long elapsed = System.nanoTime() - asked.at;
		builder.setStartTimestamp(asked.atEpoch, TimeUnit.NANOSECONDS);
		builder.startSpan().output(new JsonText(answer.result())).end(asked.atEpoch + elapsed, TimeUnit.NANOSECONDS);
	}

	private ProjectSpanBuilder span(ToolCall request) {
		return this.run.tracing()
			.tracer()
			.toolSpan(request.name())
			.setParent(this.run.context())
			.input(new JsonText(ToolExecution.arguments(request)));
	}

	/**
	 * The tool requests of the model, and the executions since then.
	 */
	private static final class Asked {

		final List<ToolCall> requests = new ArrayList<>(0);

		final List<ToolExecution> executions = new ArrayList<>(0);

		long at;

		long atEpoch;

	}

}
