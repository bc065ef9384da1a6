package dev.braintrust.spring.chat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.payload.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallLimitExceededException;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.util.StringUtils;

/**
 * The tools that a model has asked for, until each is accounted for. Most are executed in
 * our sight and have a span by that. Of the others, which a resolver finds by name or
 * something answers in the place of the tool, only the result is seen, in the next prompt
 * or the last response: they get a span then. A request that nothing answers, because the
 * application executes its tools itself, has none.
 * <p>
 * An execution does not know which request it is for. It is matched by name and
 * arguments, and where a decorator changes these, by name or by order.
 */
final class RequestedTools {

	private final AgentRun run;

	private final ChatTracing tracing;

	private final List<String> tracedTools;

	private final List<AssistantMessage.ToolCall> requests = new ArrayList<>(2);

	private final List<ToolExecution> executions = new ArrayList<>(2);

	private long requestedAt;

	private long requestedAtEpoch;

	RequestedTools(AgentRun run, ChatTracing tracing, List<String> tracedTools) {
		this.run = run;
		this.tracing = tracing;
		this.tracedTools = tracedTools;
	}

	synchronized void add(List<AssistantMessage.ToolCall> calls) {
		Instant now = Instant.now();
		this.requestedAtEpoch = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
		this.requestedAt = System.nanoTime();
		this.requests.addAll(calls);
	}

	synchronized void executed(ToolExecution execution) {
		this.executions.add(execution);
	}

	/**
	 * The model is called again, with the results of its tools.
	 * @param prompt the prompt
	 */
	synchronized void answered(Prompt prompt) {
		if (!this.requests.isEmpty()) {
			answered(ToolResults.sent(prompt));
		}
		// Whatever is left will not be answered any more.
		this.requests.clear();
		this.executions.clear();
	}

	/**
	 * The loop has ended with a response: that of the model, the results of tools that
	 * return directly, or the message that a limit of calls is exceeded.
	 * @param response the response
	 */
	synchronized void returned(@Nullable ChatResponse response) {
		if (this.requests.isEmpty() || response == null || response.getResult() == null) {
			return;
		}
		Generation result = response.getResult();
		String finishReason = result.getMetadata().getFinishReason();
		if (ToolExecutionResult.FINISH_REASON.equals(finishReason)) {
			answered(ToolResults.returned(response));
			this.run.answered(result.getOutput().getText(), Map.of());
		}
		else if (ToolCallLimitExceededException.FINISH_REASON.equals(finishReason)) {
			exceeded(result);
			this.run.answered(result.getOutput().getText(), Map.of());
		}
	}

	private void exceeded(Generation result) {
		ToolResults results = ToolResults.until(result);
		AssistantMessage.ToolCall denied = (results.size() < this.requests.size()) ? this.requests.get(results.size())
				: null;
		answered(results);
		if (denied != null && this.requests.remove(denied)) {
			ProjectSpan span = span(denied).startSpan();
			// The limit is a policy, and it says which request it refuses.
			span.metadata("tool_approval", "denied").output(result.getOutput().getText()).end();
		}
		this.requests.clear();
	}

	/**
	 * The loop has ended with an error. That of an execution is recorded there; any other
	 * is the error of the first tool that should have been executed next.
	 * @param failure the error
	 */
	synchronized void failed(Throwable failure) {
		Throwable unwrapped = Failure.unwrap(failure);
		for (ToolExecution execution : this.executions) {
			Throwable thrown = execution.failure();
			if (thrown != null && Failure.unwrap(thrown) == unwrapped) {
				return;
			}
		}
		forgetExecuted();
		if (!this.requests.isEmpty()) {
			ProjectSpan span = span(this.requests.get(0)).startSpan();
			this.requests.clear();
			Failure.record(span, failure, this.tracing);
			span.end();
		}
	}

	private void answered(ToolResults results) {
		List<Answer> answers = new ArrayList<>(results.size());
		for (AssistantMessage.ToolCall request : this.requests) {
			String result = results.take(request);
			if (result != null) {
				answers.add(new Answer(request, result));
			}
		}
		forgetExecuted();
		for (Answer answer : answers) {
			if (this.requests.removeIf((request) -> request == answer.request())) {
				write(answer);
			}
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
		// What has a traced tool and did not reach it was answered without an execution,
		// now. Anything else was executed out of sight, at the most as long as this.
		if (this.tracedTools.contains(answer.request().name())) {
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

	// Arguments that are missing are sent to the tool as an empty object.
	private static String arguments(AssistantMessage.ToolCall request) {
		return StringUtils.hasText(request.arguments()) ? request.arguments() : "{}";
	}

	/**
	 * How like an execution and a request are, the most alike first.
	 */
	private enum Likeness {

		NAME_AND_ARGUMENTS, NAME, ORDER

	}

	/**
	 * A request and the result that it was answered with.
	 *
	 * @param request the request
	 * @param result the result
	 */
	private record Answer(AssistantMessage.ToolCall request, String result) {
	}

}
