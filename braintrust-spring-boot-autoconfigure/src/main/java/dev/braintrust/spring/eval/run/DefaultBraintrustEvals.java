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
 * The evaluations of the declared projects. It cancels those that run when it is closed.
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

	// Braintrust's API for a project.
	public ProjectApi api(String key) {
		return this.apis.of(project(key).settings());
	}

	// Braintrust's API for a project with other settings, such as another key.
	public ProjectApi api(ProjectSettings settings) {
		return this.apis.unshared(settings);
	}

	public ProjectSettings settings(String key) {
		return project(key).settings();
	}

	// Runs the experiments of a project for somebody else than the application.
	public ExperimentRunner runner(String key, GuestRun guest) {
		return evals(key).runner(guest);
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
			// Whoever joins a run learns of it.
		}
	}

	/**
	 * A run for somebody else than the application. It is registered and sent with their
	 * token, reported to nobody but them, and watched.
	 *
	 * @param settings the settings of the project, with their token as its key
	 * @param api Braintrust's API with their token
	 * @param parent what its spans carry, or {@code null} for those of a new experiment
	 * @param generation what {@code span_attributes} say of the run, as JSON, or
	 * {@code null}
	 * @param watch is told of the run
	 */
	public record GuestRun(ProjectSettings settings, ProjectApi api, @Nullable String parent,
			@Nullable String generation, Watch watch) {

		/**
		 * Is told of a run, by several threads. Rows wait for what it does.
		 */
		public interface Watch {

			// The run has its name and, if it is an experiment, its id. Rows follow.
			void started(String name, @Nullable String id, @Nullable URI url);

			// A row has ended: the id of its span, and its output as it is recorded.
			void ended(RowResult<?, ?, ?> row, @Nullable String spanId, @Nullable String output);

		}

	}

}
