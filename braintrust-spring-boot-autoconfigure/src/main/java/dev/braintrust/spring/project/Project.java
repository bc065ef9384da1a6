package dev.braintrust.spring.project;

import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
final class Project {

	private final ProjectSettings settings;

	private final SpanContent content;

	private final ProjectRecorder recorder;

	private final @Nullable Consumer<EndedSpan> queue;

	/**
	 * Create a project.
	 * @param settings the settings
	 * @param filters the filters of its content
	 * @param customizers the customizers of its tracer provider
	 * @param buffers the buffers that it shares with other projects
	 * @param opener opens the queue of a project, or {@code null} where nothing is
	 * recorded
	 */
	Project(ProjectSettings settings, List<ContentFilter> filters, List<ProjectTracerProviderCustomizer> customizers,
			JsonBuffers buffers, @Nullable QueueOpener opener) {
		this.settings = settings;
		this.content = new SpanContent(settings, filters, buffers);
		this.queue = (opener != null) ? opener.open(settings, this::write) : null;
		this.recorder = (this.queue != null) ? ProjectRecorder.of(settings, customizers) : ProjectRecorder.none();
	}

	ProjectSettings settings() {
		return this.settings;
	}

	SpanContent content() {
		return this.content;
	}

	/**
	 * Take a span that ended.
	 * @param span the span
	 */
	void ended(EndedSpan span) {
		if (this.queue != null) {
			this.queue.accept(span);
		}
	}

	private List<SpanData> write(List<EndedSpan> spans) {
		try (ContentWriter writer = this.content.writer()) {
			return spans.stream().map((span) -> span.write(writer)).toList();
		}
	}

	/**
	 * What records the spans.
	 * @return the recorder
	 */
	ProjectRecorder recorder() {
		return this.recorder;
	}

	@Override
	public String toString() {
		return "Project[" + this.settings.key() + "]";
	}

	/**
	 * Opens the queue that takes the spans of a project.
	 */
	@FunctionalInterface
	interface QueueOpener {

		Consumer<EndedSpan> open(ProjectSettings settings, SpanReader<EndedSpan> reader);

	}

}
