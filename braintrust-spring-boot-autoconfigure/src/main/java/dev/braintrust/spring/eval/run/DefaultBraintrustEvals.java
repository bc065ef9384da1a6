package dev.braintrust.spring.eval.run;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.trace.DefaultProjectTracer;

import org.springframework.util.Assert;

/**
 * The evaluations of the declared projects. It cancels those that run when it is closed.
 */
public final class DefaultBraintrustEvals implements BraintrustEvals, AutoCloseable {

	private final Map<String, DefaultProjectEvals> evals = new ConcurrentHashMap<>();

	private final BraintrustProjects projects;

	private final RunSettings settings;

	public DefaultBraintrustEvals(BraintrustProjects projects, RunSettings settings) {
		this.projects = projects;
		this.settings = settings;
	}

	@Override
	public Set<String> keys() {
		return this.projects.keys();
	}

	@Override
	public ProjectEvals of(String key) {
		Assert.notNull(key, "'key' must not be null");
		ProjectTracer tracer = this.projects.tracer(key);
		Assert.state(tracer instanceof DefaultProjectTracer, "Evaluations need the starter's own BraintrustProjects");
		return this.evals.computeIfAbsent(key,
				(added) -> new DefaultProjectEvals(((DefaultProjectTracer) tracer).project(), this.settings));
	}

	// Give the experiments of all projects together a little time to see that it is over.
	@Override
	public void close() {
		CompletableFuture<?> all = CompletableFuture
			.allOf(this.evals.values().stream().map(DefaultProjectEvals::cancel).toArray(CompletableFuture[]::new));
		try {
			all.get(2 * TimedCall.GRACE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// Whoever joins a run learns of it.
		}
	}

}
