package dev.braintrust.spring.trace;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.route.Routes;
import dev.braintrust.spring.upload.ProjectAttachments;
import org.jspecify.annotations.Nullable;

/**
 * What the projects of an application context share.
 *
 * @param destination where their spans and attachments go
 * @param filters the filters of the content of a project, by its key
 * @param customizers the customizers of a project, by its key
 * @param access what is known from Braintrust
 * @param buffers where their content is written
 * @param switches whether they trace
 * @param routes where spans of experiments go, once there has been an experiment
 * @param calls calls what customizers added, which may hang
 */
public record SharedParts(Destination destination, Function<String, List<ContentFilter>> filters,
		Function<String, List<ProjectTracerProviderCustomizer>> customizers, AccessCheck access, JsonBuffers buffers,
		ProjectSwitches switches, AtomicReference<@Nullable Routes> routes, Executor calls) {

	/**
	 * Where the spans of projects and their attachments go.
	 */
	public interface Destination {

		// Open the queue that takes the spans of a project.
		@Nullable SpanSink open(ProjectSettings settings, ProjectContent content);

		// Open a queue for spans of a project that have another parent.
		SpanSink open(ProjectSettings settings, SpanReader reader, String parent, boolean sent);

		@Nullable ProjectAttachments attachments(ProjectSettings settings);

	}

}
