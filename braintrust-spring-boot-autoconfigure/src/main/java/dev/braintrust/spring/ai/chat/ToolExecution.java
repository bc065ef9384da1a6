package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.message.JsonText;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The span of one execution of a tool that is executed in our sight.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#child-tool-spans-tool-executions">Braintrust's
 * instrumentation guide, "Child tool spans"</a>
 */
final class ToolExecution implements OpenSpan {

	private final ChatTracing tracing;

	private final ProjectSpan span;

	private final String name;

	private final String arguments;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile @Nullable Throwable failure;

	private ToolExecution(ChatTracing tracing, ProjectSpan span, String name, String arguments) {
		this.tracing = tracing;
		this.span = span;
		this.name = name;
		this.arguments = arguments;
	}

	static ToolExecution start(@Nullable AgentRun run, ChatTracing tracing, String name, String arguments) {
		ProjectSpan span = tracing.tracer()
			.toolSpan(name)
			.setParent((run != null) ? run.context() : Context.current())
			.input(new JsonText(arguments))
			.startSpan();
		ToolExecution execution = new ToolExecution(tracing, span, name, arguments);
		if (run != null) {
			run.requestedTools().executed(execution);
		}
		return execution;
	}

	String name() {
		return this.name;
	}

	String arguments() {
		return this.arguments;
	}

	// What the tool has thrown.
	@Nullable Throwable failure() {
		return this.failure;
	}

	Scope makeCurrent() {
		return this.span.makeCurrent();
	}

	void end(@Nullable String result) {
		if (this.ended.compareAndSet(false, true)) {
			this.tracing.observe(() -> this.span.output(new JsonText(result)));
			this.span.end();
		}
	}

	void fail(Throwable failure) {
		this.failure = failure;
		if (this.ended.compareAndSet(false, true)) {
			Failure.record(this.span, failure, this.tracing);
			this.span.end();
		}
	}

	// End an execution by a manager of the application with the result that it answers
	// with. Any other execution has ended by now.
	void endLate(List<RequestedTools.Answer> answers) {
		for (RequestedTools.Answer answer : answers) {
			if (!this.ended.get() && answer.request().name().equals(this.name)) {
				end(answer.result());
			}
		}
		cut();
	}

	// End an execution by a manager of the application with the error of the manager. Any
	// other execution has ended by now.
	void failLate(Throwable failure) {
		if (!this.ended.get()) {
			fail(failure);
		}
	}

	@Override
	public boolean isEnded() {
		return this.ended.get();
	}

	@Override
	public void cut() {
		if (this.ended.compareAndSet(false, true)) {
			this.span.end();
		}
	}

}
