package dev.braintrust.spring.eval.run;

import java.util.Map;
import java.util.Objects;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.hosted.HostedFunctions;
import dev.braintrust.spring.trace.RowTracer;
import org.jspecify.annotations.Nullable;

/**
 * What the scorers of an experiment call.
 *
 * @param target where the experiment goes
 * @param span the span of the scorer that calls, once there is one
 */
record ScorerCalls(BraintrustProjects projects, RunTarget target, RowTracer tracer, HostedFunctions functions,
		@Nullable ProjectSpan span) {

	ScorerCalls of(ProjectSpan span) {
		return new ScorerCalls(this.projects, this.target, this.tracer, this.functions, span);
	}

	// Trace what a scorer calls, also a client that belongs to another project: what a
	// judge says is part of the experiment.
	<T> T traced(String name, T client) {
		try {
			return this.projects.instrument(this.target.project(), name, client);
		}
		catch (IllegalArgumentException ex) {
			return client;
		}
	}

	// What leaves for Braintrust's scorer is what is recorded as the input of its span,
	// since the settings and the filters of the application have seen that.
	@Nullable Object invoke(String slug, @Nullable String version, Map<String, @Nullable Object> parameters) {
		ProjectSpan span = Objects.requireNonNull(this.span);
		return this.functions.invoke(slug, version, RowTracer.writtenInput(span), this.tracer.json(parameters),
				span.getSpanContext(), this.target.isSent() ? this.target.parent() : null);
	}

}
