package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ai.Failure;
import dev.braintrust.spring.ai.OpenSpan;
import dev.braintrust.spring.ai.chat.ToolExecution.Likeness;
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
 * The tools that the model of a run has asked for, until each is accounted for. Most are
 * executed in our sight and have a span by that. Of the others, which something of the
 * application executes or answers, only the result is seen, in the result of the manager,
 * the next prompt or the last response: they get a span then. A request that the run
 * leaves to the application has its span as soon as a later request of the client brings
 * the result ({@link PendingTools}).
 * <p>
 * An execution does not know which request it is for. It is matched by name and
 * arguments, and if a decorator changes these, by name or by order.
 */
final class RequestedTools {

	private final AgentRun run;

	private @Nullable Set<String> knownTools;

	private final List<ToolCall> requests = new ArrayList<>(0);

	private final List<ToolExecution> executions = new ArrayList<>(0);

	private long requestedAt;

	private long requestedAtEpoch;

	RequestedTools(AgentRun run) {
		this.run = run;
	}

	// The model has answered: the first choice that asks for tools is the one whose tools
	// are executed.
	synchronized void asked(List<ChatChoices.Choice> choices) {
		for (ChatChoices.Choice choice : choices) {
			if (!choice.toolCalls().isEmpty()) {
				this.requestedAtEpoch = PendingTools.now();
				this.requestedAt = System.nanoTime();
				this.requests.addAll(choice.toolCalls());
				return;
			}
		}
	}

	synchronized boolean isAsked(List<ToolCall> calls) {
		return !calls.isEmpty() && this.requests.containsAll(calls);
	}

	// A traced tool is there to be executed.
	synchronized void known(String name) {
		this.knownTools = (this.knownTools != null) ? this.knownTools : new HashSet<>();
		this.knownTools.add(name);
	}

	// A traced tool runs.
	void executed(ToolExecution execution) {
		synchronized (this) {
			this.executions.add(execution);
		}
		this.run.opened(execution);
	}

	// Start the span of the tool that a manager of the application is about to execute,
	// if there is only one: whatever that does is below it.
	@Nullable ToolExecution startOnly() {
		ToolCall only;
		synchronized (this) {
			only = (this.requests.size() == 1) ? this.requests.get(0) : null;
		}
		return (only != null)
				? ToolExecution.start(this.run, this.run.tracing(), only.name(), ToolExecution.arguments(only)) : null;
	}

	// The model is called again, maybe with the results of its tools.
	synchronized void answered(Prompt prompt) {
		if (!this.requests.isEmpty()) {
			answered(prompt.getInstructions());
		}
		else {
			this.executions.clear();
		}
	}

	// The tools have been executed, or answered in another way: the last message with
	// results has theirs.
	synchronized void answered(List<Message> messages) {
		for (int i = messages.size() - 1; i >= 0; i--) {
			if (messages.get(i) instanceof ToolResponseMessage results) {
				takeResults(results.getResponses());
				return;
			}
		}
		takeResults(List.of());
	}

	private void takeResults(List<ToolResponse> results) {
		List<ToolResponse> left = new ArrayList<>(results);
		List<Answer> answers = new ArrayList<>(left.size());
		for (ToolCall request : this.requests) {
			left.stream().filter((result) -> isFor(request, result)).findFirst().ifPresent((result) -> {
				left.remove(result);
				answers.add(new Answer(request, result.responseData()));
			});
		}
		for (ToolExecution execution : this.executions) {
			execution.endLate(answers);
		}
		forgetExecuted();
		for (Answer answer : answers) {
			if (this.requests.removeIf((request) -> request == answer.request())) {
				write(answer);
			}
		}
		// Whatever is left will not be answered any more.
		this.requests.clear();
		this.executions.clear();
	}

	// Some providers give their requests no ids.
	private static boolean isFor(ToolCall request, ToolResponse result) {
		return StringUtils.hasText(request.id()) ? request.id().equals(result.id())
				: request.name().equals(result.name());
	}

	// A response has come out of the chain of advisors: that of the model, the results of
	// tools that return directly, or the message that a limit of calls is exceeded.
	synchronized void returned(@Nullable ChatResponse response) {
		if (this.requests.isEmpty() || response == null || response.getResult() == null) {
			return;
		}
		String finishReason = response.getResult().getMetadata().getFinishReason();
		if (ToolExecutionResult.FINISH_REASON.equals(finishReason)) {
			takeResults(response.getResults().stream().map(ToolExecution::result).toList());
		}
		else if (ToolCallLimitExceededException.FINISH_REASON.equals(finishReason)) {
			exceeded(response.getResult());
		}
	}

	private void exceeded(Generation generation) {
		Object partial = generation.getMetadata().get(ToolCallLimitExceededException.METADATA_PARTIAL_TOOL_RESPONSES);
		List<?> responses = (partial instanceof List<?> list) ? list : List.of();
		List<ToolResponse> results = responses.stream()
			.filter(ToolResponse.class::isInstance)
			.map(ToolResponse.class::cast)
			.toList();
		ToolCall denied = (results.size() < this.requests.size()) ? this.requests.get(results.size()) : null;
		takeResults(results);
		if (denied != null) {
			// The limit is a policy, and it says which request it refuses.
			span(denied).startSpan().metadata("tool_approval", "denied").output(generation.getOutput().getText()).end();
		}
	}

	// The tools could not be executed. An error of an execution is recorded there; any
	// other is the error of the first tool that should have been executed next.
	synchronized void failed(Throwable failure) {
		Throwable unwrapped = Failure.unwrap(failure);
		boolean recorded = false;
		for (ToolExecution execution : this.executions) {
			execution.failLate(failure);
			recorded |= execution.hasFailedBy(unwrapped);
		}
		forgetExecuted();
		if (!recorded && !this.requests.isEmpty()) {
			ProjectSpan span = span(this.requests.get(0)).startSpan();
			OpenSpan.record(span, failure, this.run.tracing());
			span.end();
		}
		this.requests.clear();
		this.executions.clear();
	}

	synchronized void ended(@Nullable Throwable failure, @Nullable ChatResponse response) {
		if (failure != null) {
			failed(failure);
		}
		else if (response != null && !this.requests.isEmpty()) {
			this.run.tracing().leave(this.requests, this.requestedAtEpoch);
		}
	}

	private void forgetExecuted() {
		for (Likeness likeness : Likeness.values()) {
			this.executions.removeIf((execution) -> forgetExecuted(execution, likeness));
		}
	}

	private boolean forgetExecuted(ToolExecution execution, Likeness likeness) {
		for (ToolCall request : this.requests) {
			if (execution.isLike(request, likeness)) {
				return this.requests.remove(request);
			}
		}
		return false;
	}

	private void write(Answer answer) {
		ProjectSpanBuilder builder = span(answer.request());
		// A request whose traced tool was not executed was answered in its place, now.
		// Anything else was executed out of sight, at the most as long as this.
		if (this.knownTools != null && this.knownTools.contains(answer.request().name())) {
			builder.startSpan().output(new JsonText(answer.result())).end();
			return;
		}
		long elapsed = System.nanoTime() - this.requestedAt;
		builder.setStartTimestamp(this.requestedAtEpoch, TimeUnit.NANOSECONDS);
		builder.startSpan()
			.output(new JsonText(answer.result()))
			.end(this.requestedAtEpoch + elapsed, TimeUnit.NANOSECONDS);
	}

	private ProjectSpanBuilder span(ToolCall request) {
		return this.run.tracing()
			.tracer()
			.toolSpan(request.name())
			.setParent(this.run.context())
			.input(new JsonText(ToolExecution.arguments(request)));
	}

	record Answer(ToolCall request, String result) {
	}

}
