package dev.braintrust.spring.trace;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.route.Route;
import dev.braintrust.spring.trace.route.Routes;
import org.jspecify.annotations.Nullable;

/**
 * The parts that all projects of an application context share.
 *
 * @param destination receives their spans and attachments
 * @param customizers the customizers of a project, by its key
 * @param access the facts that the check at startup learned from Braintrust
 * @param buffers the buffers that their content is written to
 * @param switches whether they trace
 * @param routes the routes of experiments, set before the first experiment
 * @param calls runs code of customizers, which may hang
 */
public record SharedParts(SpanDestination destination, Function<String, List<ContentFilter>> filters,
		Function<String, List<ProjectTracerProviderCustomizer>> customizers, AccessCheck access, JsonBuffers buffers,
		ProjectSwitches switches, AtomicReference<@Nullable Routes> routes, Executor calls) {

	// Create the list of a project's open spans. Bytes held for them count against the
	// budget of all projects.
	OpenSpans openSpans(String key) {
		return new OpenSpans(this.destination.pipeline().memory(), key);
	}

	// Open a route of a project for the rows of an experiment. Spans are sent with the
	// sender's settings.
	RowTracer rows(Project project, ProjectSettings sender, ProjectContent content, String parent,
			@Nullable String generation, Route.Others others, boolean sent) {
		this.routes.compareAndSet(null, new Routes());
		return new RowTracer(project, Objects.requireNonNull(this.routes.get()), parent, generation, others,
				this.destination.open(sender, content, parent, sent, true));
	}

	// Open a queue for spans below the rows of an experiment in another process.
	SpanSink received(ProjectSettings settings, ProjectContent content, String parent) {
		this.routes.compareAndSet(null, new Routes());
		boolean sent = settings.isOn() && !this.destination.isRecorder();
		return this.destination.open(settings, content, parent, sent, false);
	}

}
