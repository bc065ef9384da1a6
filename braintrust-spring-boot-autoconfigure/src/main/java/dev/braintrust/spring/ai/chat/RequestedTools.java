package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.message.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
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

	private final ChatTracing tracing;

	private @Nullable Set<String> knownTools;

	private final List<AssistantMessage.ToolCall> requests = new ArrayList<>(0);

	private final List<ToolExecution> executions = new ArrayList<>(0);

	private long requestedAt;

	private long requestedAtEpoch;

	RequestedTools(AgentRun run, ChatTracing tracing) {
		this.run = run;
		this.tracing = tracing;
	}

	// The model has answered: the first choice that asks for tools is the one whose tools
	// are executed.
	synchronized void asked(List<ChatChoices.Choice> choices) {
		for (ChatChoices.Choice choice : choices) {
			List<AssistantMessage.ToolCall> calls = choice.toolCalls();
			if (!calls.isEmpty()) {
				this.requestedAtEpoch = PendingTools.now();
				this.requestedAt = System.nanoTime();
				this.requests.addAll(calls);
				return;
			}
		}
	}

	synchronized boolean isAsked(List<AssistantMessage.ToolCall> calls) {
		return !calls.isEmpty() && this.requests.containsAll(calls);
	}

	// A traced tool is there to be executed.
	synchronized void known(@Nullable String name) {
		if (name != null) {
			Set<String> known = (this.knownTools != null) ? this.knownTools : new HashSet<>();
			known.add(name);
			this.knownTools = known;
		}
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
		AssistantMessage.ToolCall only;
		synchronized (this) {
			only = (this.requests.size() == 1) ? this.requests.get(0) : null;
		}
		return (only != null) ? ToolExecution.start(this.run, this.tracing, only.name(), arguments(only)) : null;
	}

	// The model is called again, maybe with the results of its tools.
	synchronized void answered(Prompt prompt) {
		if (!this.requests.isEmpty()) {
			answered(ToolResults.sent(prompt));
		}
		else {
			this.executions.clear();
		}
	}

	// The tools have been executed, or answered in another way.
	synchronized void answered(ToolResults results) {
		List<Answer> answers = new ArrayList<>(results.size());
		for (AssistantMessage.ToolCall request : this.requests) {
			String result = results.take(request);
			if (result != null) {
				answers.add(new Answer(request, result));
			}
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

	// A response has come out of the chain of advisors: that of the model, the results of
	// tools that return directly, or the message that a limit of calls is exceeded.
	synchronized void returned(@Nullable ChatResponse response) {
		if (this.requests.isEmpty() || response == null || response.getResult() == null) {
			return;
		}
		Generation result = response.getResult();
		String finishReason = result.getMetadata().getFinishReason();
		if (ToolExecutionResult.FINISH_REASON.equals(finishReason)) {
			answered(ToolResults.returned(response));
		}
		else if (ToolCallLimitExceededException.FINISH_REASON.equals(finishReason)) {
			exceeded(result);
		}
	}

	private void exceeded(Generation result) {
		ToolResults results = ToolResults.until(result);
		AssistantMessage.ToolCall denied = (results.size() < this.requests.size()) ? this.requests.get(results.size())
				: null;
		answered(results);
		if (denied != null) {
			// The limit is a policy, and it says which request it refuses.
			span(denied).startSpan().metadata("tool_approval", "denied").output(result.getOutput().getText()).end();
		}
	}

	// The tools could not be executed. An error of an execution is recorded there; any
	// other is the error of the first tool that should have been executed next.
	synchronized void failed(Throwable failure) {
		Throwable unwrapped = Failure.unwrap(failure);
		boolean recorded = false;
		for (ToolExecution execution : this.executions) {
			execution.failLate(failure);
			Throwable thrown = execution.failure();
			recorded |= thrown != null && Failure.unwrap(thrown) == unwrapped;
		}
		forgetExecuted();
		if (!recorded && !this.requests.isEmpty()) {
			ProjectSpan span = span(this.requests.get(0)).startSpan();
			Failure.record(span, failure, this.tracing);
			span.end();
		}
		this.requests.clear();
		this.executions.clear();
	}

	synchronized void ended(@Nullable Throwable failure, @Nullable ChatResponse response) {
		if (this.requests.isEmpty()) {
			return;
		}
		if (failure != null) {
			failed(failure);
		}
		else if (response != null) {
			this.tracing.leave(this.requests, this.requestedAtEpoch);
		}
	}

	private void forgetExecuted() {
		for (Likeness likeness : Likeness.values()) {
			for (Iterator<ToolExecution> all = this.executions.iterator(); all.hasNext();) {
				if (forgetExecuted(all.next(), likeness)) {
					all.remove();
				}
			}
		}
	}

	private boolean forgetExecuted(ToolExecution execution, Likeness likeness) {
		for (int i = 0; i < this.requests.size(); i++) {
			AssistantMessage.ToolCall request = this.requests.get(i);
			boolean name = likeness == Likeness.ORDER || execution.name().equals(request.name());
			if (name && (likeness != Likeness.NAME_AND_ARGUMENTS || execution.arguments().equals(arguments(request)))) {
				this.requests.remove(i);
				return true;
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

	private ProjectSpanBuilder span(AssistantMessage.ToolCall request) {
		return this.tracing.tracer()
			.toolSpan(request.name())
			.setParent(this.run.context())
			.input(new JsonText(arguments(request)));
	}

	// Missing arguments are sent to the tool as an empty object.
	static String arguments(AssistantMessage.ToolCall request) {
		return StringUtils.hasText(request.arguments()) ? request.arguments() : "{}";
	}

	// How like an execution and a request are, the most alike first.
	private enum Likeness {

		NAME_AND_ARGUMENTS, NAME, ORDER

	}

	record Answer(AssistantMessage.ToolCall request, String result) {
	}

}
