package dev.braintrust.spring.eval.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ExperimentRunner;
import dev.braintrust.spring.eval.ExperimentSpec;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.compare.BaselineExperiment;
import dev.braintrust.spring.eval.compare.BaselineFile;
import dev.braintrust.spring.eval.compare.ExperimentScores;
import dev.braintrust.spring.eval.data.ProjectDatasets;
import dev.braintrust.spring.eval.hosted.HostedFunctions;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.eval.report.ReportFiles;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals.GuestRun;
import dev.braintrust.spring.eval.score.HostedScorer;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.trace.RowTracer;
import dev.braintrust.spring.trace.route.Route;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Runs the experiments of one project.
 */
final class DefaultProjectEvals implements ProjectEvals, ExperimentRunner {

	private final Set<ExperimentRun<?, ?, ?>> running = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	private final Project project;

	private final ProjectApi api;

	private final RunSettings settings;

	private final BraintrustProjects projects;

	private final @Nullable ExperimentWatch watch;

	private final Supplier<RowThreads> threads;

	DefaultProjectEvals(Project project, BraintrustProjects projects, ProjectApi api, RunSettings settings,
			@Nullable ExperimentWatch watch, Supplier<RowThreads> threads) {
		this.project = project;
		this.api = api;
		this.settings = settings;
		this.projects = projects;
		this.watch = watch;
		this.threads = threads;
	}

	@Override
	public String project() {
		return this.project.settings().key();
	}

	@Override
	public ExperimentSpec experiment(String name) {
		return new ExperimentSpec(name, this);
	}

	@Override
	public ProjectDatasets datasets() {
		return new ProjectDatasets(project(), this.api, this.project.settings().orgName());
	}

	@Override
	public <I, O, E> ExperimentResult<I, O, E> run(Plan<I, O, E> plan) {
		ExperimentRun<I, O, E> run = prepare(plan, null);
		if (plan.maxConcurrency() == 1) {
			run.runHere();
		}
		else {
			run.start();
		}
		return run.join();
	}

	@Override
	public <I, O, E> RunningExperiment<I, O, E> start(Plan<I, O, E> plan) {
		return start(plan, null);
	}

	// Return a runner for a remote caller.
	ExperimentRunner runner(GuestRun guest) {
		Assert.state(this.project.isRecorded(),
				() -> "The Braintrust project '" + project() + "' is off, so a run would not be recorded");
		return new ExperimentRunner() {

			@Override
			public <I, O, E> ExperimentResult<I, O, E> run(Plan<I, O, E> plan) {
				return start(plan).join();
			}

			@Override
			public <I, O, E> RunningExperiment<I, O, E> start(Plan<I, O, E> plan) {
				return DefaultProjectEvals.this.start(plan, guest);
			}

		};
	}

	private <I, O, E> RunningExperiment<I, O, E> start(Plan<I, O, E> plan, @Nullable GuestRun guest) {
		ExperimentRun<I, O, E> run = prepare(plan, guest);
		run.start();
		return run;
	}

	// Check an experiment and prepare its run, so that errors are thrown before the
	// first row.
	private <I, O, E> ExperimentRun<I, O, E> prepare(Plan<I, O, E> plan, @Nullable GuestRun guest) {
		Assert.state(!RowTracer.isInside(this.project),
				() -> "The experiment '" + plan.name() + "' cannot start inside a row of "
						+ "another experiment of the Braintrust project '" + project() + "'");
		Assert.state(!this.closed, () -> "The experiment '" + plan.name() + "' of the Braintrust project '" + project()
				+ "' cannot start, because the application context is closed");
		Set<String> names = new HashSet<>();
		for (Scorer<?, ?, ?> scorer : plan.scorers()) {
			Assert.state(StringUtils.hasText(scorer.name()), () -> "The experiment '" + plan.name()
					+ "' has a scorer of " + scorer.getClass().getName() + " without a name. Give it one.");
			Assert.state(names.add(scorer.name()), () -> "The experiment '" + plan.name() + "' has two scorers '"
					+ scorer.name() + "'. Give one of them another name.");
		}
		RunSettings settings = (guest != null) ? this.settings.forGuests() : this.settings;
		List<RowRun.Slot<I, E>> rows = RowRun.Slot.of(plan, settings);
		Assert.state(!rows.isEmpty(), () -> "The experiment '" + plan.name()
				+ "' has no cases. Its dataset is empty, or 'filter' leaves none.");
		RunBaseline baseline = baseline(plan);
		ProjectApi api = (guest != null) ? guest.api() : this.api;
		List<HostedScorer> hosted = hosted(plan);
		ExperimentRegistration registration = new ExperimentRegistration(this.project, api, settings,
				!hosted.isEmpty());
		// The scorer's own timeout must come first, since it says what took too long.
		HostedFunctions functions = new HostedFunctions(api, project(), plan.name(), guest != null,
				(guest != null) ? guest.generation() : null, plan.timeout().plusMinutes(1));
		ProjectSettings.Capture capture = this.project.settings().capture();
		functions.prepare(hosted, (guest != null && guest.parent() != null) || registration.sends(),
				capture.input() && capture.output());
		RunTarget target = target(plan, (baseline != null) ? baseline.experiment() : null, registration, guest)
			.withReport(report(plan, settings));
		Route.Others others = Route.Others.valueOf(plan.otherProjects().name());
		RowTracer tracer = (guest != null)
				? this.project.rows(guest.settings(), target.parent(), guest.generation(), others)
				: this.project.rows(target.parent(), others, target.isSent());
		ExperimentWatch.Run seen = (this.watch != null) ? this.watch.started(project(), plan.name(), rows.size())
				: null;
		RunOutcome<I, O, E> outcome = new RunOutcome<>(plan, settings, target, baseline, tracer, seen,
				(guest != null) ? guest.watch() : null, rows.size());
		ExperimentRun<I, O, E> run = new ExperimentRun<>(plan, rows, tracer, outcome,
				new ScorerCalls(this.projects, target, tracer, functions, null), this.threads.get(), this::ended);
		if (seen != null) {
			run.result().whenComplete(seen::ended);
		}
		this.running.add(run);
		if (this.closed) {
			// A concurrent close() may not have seen this run.
			run.cancel();
		}
		return run;
	}

	private RunTarget target(Plan<?, ?, ?> plan, @Nullable String baseId, ExperimentRegistration registration,
			@Nullable GuestRun guest) {
		RunTarget target = (guest != null && guest.parent() != null)
				? new RunTarget(project(), plan.name(), null, null, guest.parent(), null)
				: registration.register(plan, baseId);
		if (guest != null) {
			guest.watch().started(target.name(), target.id(), target.url());
		}
		return target;
	}

	private @Nullable Path report(Plan<?, ?, ?> plan, RunSettings settings) {
		Path directory = settings.reportDir();
		if (directory == null) {
			return null;
		}
		// Only tests get a separate page for each run: an application may repeat an
		// experiment for years.
		return settings.recorded() ? ReportFiles.ownPage(project(), plan.name(), directory)
				: ReportFiles.page(project(), plan.name(), directory);
	}

	private static List<HostedScorer> hosted(Plan<?, ?, ?> plan) {
		List<HostedScorer> hosted = new ArrayList<>();
		for (Scorer<?, ?, ?> scorer : plan.scorers()) {
			if (scorer instanceof HostedScorer each) {
				hosted.add(each);
			}
		}
		return hosted;
	}

	// Return Braintrust's API for the project.
	ProjectApi api() {
		return this.api;
	}

	private void ended(ExperimentRun<?, ?, ?> run) {
		this.running.remove(run);
		run.rows().forEach((row) -> row.cancel(false));
	}

	// The baseline is read before the registration, which sends the id of the baseline.
	private @Nullable RunBaseline baseline(Plan<?, ?, ?> plan) {
		Baseline baseline = plan.baseline();
		if (baseline instanceof BaselineFile file) {
			return RunBaseline.of(file);
		}
		ExperimentScores.Found found = (baseline instanceof BaselineExperiment experiment)
				? new ExperimentScores(this.api, project(), plan.name()).read(experiment) : null;
		return (found != null) ? RunBaseline.of(found) : null;
	}

	// Refuse new runs and cancel running ones. The returned future completes when all
	// have ended.
	CompletableFuture<?> close() {
		this.closed = true;
		this.running.forEach(ExperimentRun::cancel);
		return CompletableFuture
			.allOf(this.running.stream().map(ExperimentRun::result).toArray(CompletableFuture[]::new));
	}

}
