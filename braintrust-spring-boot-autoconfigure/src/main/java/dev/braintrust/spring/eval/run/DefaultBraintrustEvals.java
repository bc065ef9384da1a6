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
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import dev.braintrust.spring.trace.Project;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The evaluations of the declared projects. It cancels those that run when it is closed.
 */
public final class DefaultBraintrustEvals implements BraintrustEvals, AutoCloseable {

	private final Map<String, DefaultProjectEvals> evals = new ConcurrentHashMap<>();

	private final BraintrustProjects projects;

	private final ProjectApis apis;

	private final RunSettings settings;

	private final @Nullable ExperimentWatch watch;

	public DefaultBraintrustEvals(BraintrustProjects projects, ProjectApis apis, RunSettings settings,
			@Nullable ExperimentWatch watch) {
		this.projects = projects;
		this.apis = apis;
		this.settings = settings;
		this.watch = watch;
	}

	@Override
	public Set<String> keys() {
		return this.projects.keys();
	}

	@Override
	public ProjectEvals of(String key) {
		Project project = project(key);
		return this.evals.computeIfAbsent(key, (added) -> new DefaultProjectEvals(project, this.projects,
				this.apis.of(project.settings()), this.settings, this.watch));
	}

	// Braintrust's API for a project.
	public ProjectApi api(String key) {
		return this.apis.of(project(key).settings());
	}

	private Project project(String key) {
		Assert.notNull(key, "'key' must not be null");
		ProjectTracer tracer = this.projects.tracer(key);
		Assert.state(tracer instanceof DefaultProjectTracer, "Evaluations need the starter's own BraintrustProjects");
		return ((DefaultProjectTracer) tracer).project();
	}

	// Give the experiments of all projects together a little time to see that it is over.
	@Override
	public void close() {
		try (this.apis) {
			cancelAll();
		}
	}

	private void cancelAll() {
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
