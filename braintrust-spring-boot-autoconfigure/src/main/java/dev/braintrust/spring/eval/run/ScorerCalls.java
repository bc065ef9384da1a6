package dev.braintrust.spring.eval.run;

import java.util.Map;
import java.util.Objects;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.hosted.HostedFunctions;
import dev.braintrust.spring.trace.RowTracer;
import org.jspecify.annotations.Nullable;

/**
 * Traces the clients of scorers and calls hosted scorers.
 *
 * @param target the destination of the experiment
 * @param span the span of the calling scorer, or {@code null} before a scorer runs
 */
record ScorerCalls(BraintrustProjects projects, RunTarget target, RowTracer tracer, HostedFunctions functions,
		@Nullable ProjectSpan span) {

	ScorerCalls of(ProjectSpan span) {
		return new ScorerCalls(this.projects, this.target, this.tracer, this.functions, span);
	}

	// Trace a scorer's client into the experiment, even if the client belongs to another
	// project: the calls of a judge are part of the experiment.
	<T> T traced(String name, T client) {
		try {
			return this.projects.instrument(this.target.project(), name, client);
		}
		catch (IllegalArgumentException ex) {
			return client;
		}
	}

	// Braintrust's scorer gets the recorded input of the scorer's span, because capture
	// settings and content filters have been applied to it.
	@Nullable Object invoke(String slug, @Nullable String version, Map<String, @Nullable Object> parameters) {
		ProjectSpan span = Objects.requireNonNull(this.span);
		return this.functions.invoke(slug, version, RowTracer.writtenInput(span), this.tracer.json(parameters),
				span.getSpanContext(), this.target.isSent() ? this.target.parent() : null);
	}

}
