package dev.braintrust.spring.eval.remote;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ExperimentSpec;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.remote.EvalRequest.HostedScore;
import dev.braintrust.spring.eval.remote.EvalRequest.RunParent;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals.GuestRun;
import dev.braintrust.spring.eval.score.HostedScorer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs an evaluation for a caller on its own thread, and sends events to the caller.
 * Interrupting the thread always cancels the run.
 */
final class RemoteRun<I, O, E> implements GuestRun.Watch {

	private final Thread thread;

	private final RemoteProject project;

	private final Caller caller;

	private final EvalRequest request;

	private final Eval<I, O, E> eval;

	private final Supplier<Dataset<I, E>> cases;

	private final RunMessages messages;

	private final @Nullable RunEvents events;

	private final int concurrency;

	private final Consumer<RemoteRun<?, ?, ?>> over;

	private volatile RemoteAnswer.@Nullable Text answer;

	// Throws a RequestProblem if rows of the request are invalid. Without events, the
	// caller only gets the summary.
	RemoteRun(RemoteProject project, Caller caller, EvalRequest request, Eval<I, O, E> eval, RemoteLimits limits,
			ThreadFactory threads, Consumer<RemoteRun<?, ?, ?>> over) {
		this.project = project;
		this.caller = caller;
		this.request = request;
		this.eval = eval;
		this.cases = new RequestedCases<>(eval, caller, limits).of(request.data());
		this.messages = new RunMessages(caller, eval.name());
		this.events = request.stream() ? new RunEvents(limits.heartbeat(), limits.patience(), this::cancel) : null;
		this.thread = threads.newThread(this::run);
		this.concurrency = limits.concurrency();
		this.over = over;
	}

	void start() {
		this.thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
		this.thread.start();
	}

	void cancel() {
		this.thread.interrupt();
	}

	@Nullable RunEvents events() {
		return this.events;
	}

	// Wait for the response to a caller that does not read events. If this thread is
	// interrupted, the run is cancelled.
	RemoteAnswer.Text await() {
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			cancel();
			Thread.currentThread().interrupt();
		}
		RemoteAnswer.Text answer = this.answer;
		return (answer != null) ? answer : failed(cancellation());
	}

	// A caller that can read the project is not always allowed to write to it.
	private static IllegalStateException incomplete() {
		return new IllegalStateException("Braintrust did not accept all spans of the run. They are sent with the token "
				+ "of the caller. The log of the application has the reason.");
	}

	private static CancellationException cancellation() {
		return new CancellationException("The run was cancelled");
	}

	private void run() {
		try {
			ExperimentResult<I, O, E> result = experiment().start().join();
			if (Thread.interrupted()) {
				throw cancellation();
			}
			ObjectNode summary = this.messages.summary(result);
			send("summary", summary);
			if (!result.sent()) {
				JsonNode error = RunMessages.error(incomplete());
				send("error", error);
				summary.set("error", error);
			}
			send("done", null);
			this.answer = RemoteAnswer.json(200, Map.of(), summary);
		}
		catch (Throwable ex) {
			send("error", RunMessages.error(ex));
			this.answer = failed(ex);
		}
		finally {
			if (this.events != null) {
				this.events.end();
			}
			this.over.accept(this);
		}
	}

	private static RemoteAnswer.Text failed(Throwable failure) {
		int status = (failure instanceof RequestProblem problem) ? problem.status()
				: (failure instanceof ApiFailure) ? RequestProblem.NO_ANSWER : 500;
		return RemoteAnswer.failure(status, failure, Map.of());
	}

	private Experiment<I, O, E> experiment() {
		RunParent parent = this.request.parent();
		GuestRun guest = new GuestRun(this.caller.settings(), this.caller.api(),
				(parent != null) ? parent.parent() : null, (parent != null) ? parent.generation() : null, this);
		String experiment = this.request.experimentName();
		Experiment<I, O, E> made = new ExperimentSpec((experiment != null) ? experiment : this.eval.name(),
				this.project.runner(guest))
			.cases(this.cases.get())
			.eval(this.eval)
			.maxConcurrency(this.concurrency)
			// The caller has already received the outputs.
			.keepOutputs(false);
		this.request.parameters().forEach(made::parameter);
		for (HostedScore score : this.request.scores()) {
			made.scorers(new HostedScorer(score.function(), score.version(), score.name()));
		}
		return made;
	}

	@Override
	public void started(String name, @Nullable String id, @Nullable URI url) {
		if (id != null) {
			send("start", this.messages.start(name, id, url));
		}
	}

	@Override
	public void ended(RowResult<?, ?, ?> row, @Nullable String spanId, @Nullable String output) {
		Throwable error = row.error();
		send("progress", (error != null) ? this.messages.failure(row, spanId, error)
				: this.messages.output(row, spanId, output));
		send("progress", this.messages.done(row, spanId));
	}

	private void send(String event, @Nullable JsonNode data) {
		if (this.events != null) {
			this.events.add(event, (data != null) ? data.toString() : "");
		}
	}

}
