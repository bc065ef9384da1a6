package dev.braintrust.spring.console;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiFunction;

import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.ProjectContent;
import dev.braintrust.spring.trace.SpanDestination;
import org.jspecify.annotations.Nullable;

/**
 * The projects whose spans the console shows, by key.
 */
final class WatchedProjects implements SpanDestination.Watch {

	private final Map<String, WatchedProject> projects = new ConcurrentSkipListMap<>();

	private final TraceStore store;

	private volatile @Nullable Experiments experiments;

	WatchedProjects(TraceStore store) {
		this.store = store;
	}

	@Override
	public SpanSink open(ProjectSettings settings, ProjectContent content,
			@Nullable BiFunction<ProjectSettings, SpanReader, SpanSink> export) {
		WatchedProject project = new WatchedProject(settings, content, this.store, export);
		// Later calls for the same key belong to experiments.
		this.projects.putIfAbsent(settings.key(), project);
		return project;
	}

	Collection<WatchedProject> all() {
		return List.copyOf(this.projects.values());
	}

	@Nullable WatchedProject get(String key) {
		return this.projects.get(key);
	}

	TraceStore store() {
		return this.store;
	}

	// The experiments of all projects, null before the first one.
	@Nullable Experiments experiments() {
		return this.experiments;
	}

	Experiments openExperiments() {
		Experiments experiments = new Experiments(this.store);
		this.experiments = experiments;
		return experiments;
	}

}
