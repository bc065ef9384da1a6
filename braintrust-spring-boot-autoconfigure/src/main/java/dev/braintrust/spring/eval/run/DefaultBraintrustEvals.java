package dev.braintrust.spring.eval.run;

import java.net.URI;
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
import dev.braintrust.spring.eval.ExperimentRunner;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.DefaultProjectTracer;
import dev.braintrust.spring.trace.Project;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The evaluations of the declared projects. Closing it cancels running experiments.
 */
public final class DefaultBraintrustEvals implements BraintrustEvals, AutoCloseable {

	private final Map<String, DefaultProjectEvals> evals = new ConcurrentHashMap<>();

	private final BraintrustProjects projects;

	private final ProjectApis apis;

	private final RunSettings settings;

	private final @Nullable ExperimentWatch watch;

	private volatile boolean closed;

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
		return evals(key);
	}

	private DefaultProjectEvals evals(String key) {
		Project project = project(key);
		DefaultProjectEvals evals = this.evals.computeIfAbsent(key,
				(added) -> new DefaultProjectEvals(project, this.projects, this.apis.of(project.settings()),
						this.settings, this.watch, () -> new RowThreads(this.settings.virtualThreads())));
		if (this.closed) {
			evals.close();
		}
		return evals;
	}

	// Return Braintrust's API for a project.
	public ProjectApi api(String key) {
		return this.apis.of(project(key).settings());
	}

	// Return Braintrust's API for a project with other settings, such as another key.
	public ProjectApi api(ProjectSettings settings) {
		return this.apis.unshared(settings);
	}

	public ProjectSettings settings(String key) {
		return project(key).settings();
	}

	// Return a runner for experiments that a remote caller starts.
	public ExperimentRunner runner(String key, GuestRun guest) {
		return evals(key).runner(guest);
	}

	private Project project(String key) {
		Assert.notNull(key, "'key' must not be null");
		ProjectTracer tracer = this.projects.tracer(key);
		Assert.state(tracer instanceof DefaultProjectTracer, "Evaluations need the starter's own BraintrustProjects");
		return ((DefaultProjectTracer) tracer).project();
	}

	// Give the experiments of all projects together a short time to end.
	@Override
	public void close() {
		this.closed = true;
		try (this.apis) {
			closeAll();
		}
	}

	private void closeAll() {
		CompletableFuture<?> all = CompletableFuture
			.allOf(this.evals.values().stream().map(DefaultProjectEvals::close).toArray(CompletableFuture[]::new));
		try {
			all.get(2 * TimedCall.GRACE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// A caller that joins the run gets the failure.
		}
	}

	/**
	 * A run for a remote caller. It is registered and sent with the caller's token, and
	 * reported only to the caller.
	 *
	 * @param settings the settings of the project, with the caller's token as its API key
	 * @param api Braintrust's API with the caller's token
	 * @param parent the {@code braintrust.parent} of its spans, or {@code null} for a new
	 * experiment
	 * @param generation the {@code generation} in {@code span_attributes} of its spans,
	 * as JSON, or {@code null}
	 * @param watch is notified about the run
	 */
	public record GuestRun(ProjectSettings settings, ProjectApi api, @Nullable String parent,
			@Nullable String generation, Watch watch) {

		/**
		 * Is notified about a run, by several threads. Rows wait until its methods
		 * return.
		 */
		public interface Watch {

			// The run starts. It has a name and, if it is an experiment, an id.
			void started(String name, @Nullable String id, @Nullable URI url);

			// A row has ended, with the id of its span and its recorded output.
			void ended(RowResult<?, ?, ?> row, @Nullable String spanId, @Nullable String output);

		}

	}

}
