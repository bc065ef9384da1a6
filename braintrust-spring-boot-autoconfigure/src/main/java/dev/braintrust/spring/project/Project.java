package dev.braintrust.spring.project;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.attachment.ProjectAttachments;
import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
final class Project {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final AtomicBoolean unwritable = new AtomicBoolean();

	private final ProjectSettings settings;

	private final SpanContent content;

	private final TracerProvider recorder;

	private final @Nullable Consumer<EndedSpan> queue;

	/**
	 * Create a project.
	 * @param settings the settings
	 * @param filters gives the filters of its content, when the first span is written
	 * @param buffers the buffers that it shares with other projects
	 * @param opener opens the queue of a project, or {@code null} where nothing is
	 * recorded
	 * @param attachments its attachments, or {@code null} where nothing is recorded
	 */
	Project(ProjectSettings settings, Supplier<List<ContentFilter>> filters, JsonBuffers buffers,
			@Nullable QueueOpener opener, @Nullable ProjectAttachments attachments) {
		this.settings = settings;
		this.content = new SpanContent(settings, filters, buffers, attachments);
		this.queue = (opener != null) ? opener.open(settings, new Writer()) : null;
		this.recorder = (this.queue != null) ? recorder(settings) : TracerProvider.noop();
	}

	private static SdkTracerProvider recorder(ProjectSettings settings) {
		double probability = settings.samplingProbability();
		Sampler root = (probability < 1) ? Sampler.traceIdRatioBased(probability) : Sampler.alwaysOn();
		return SdkTracerProvider.builder()
			// Braintrust asks for no resource; what the process is stands in the
			// application's own
			// telemetry.
			.setResource(Resource.empty())
			.setSampler(Sampler.parentBased(root))
			.build();
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

	/**
	 * The provider that records. It must see contexts made by this package alone.
	 * @return the provider
	 */
	TracerProvider recorder() {
		return this.recorder;
	}

	private void unwritable(Throwable failure) {
		if (this.unwritable.compareAndSet(false, true)) {
			logger.warn("A span of the Braintrust project '" + this.settings.key() + "' is sent without its content: "
					+ failure.getClass().getName() + ". This is said once.");
		}
	}

	@Override
	public String toString() {
		return "Project[" + this.settings.key() + "]";
	}

	/**
	 * Writes the content of ended spans.
	 */
	private final class Writer implements SpanReader<EndedSpan> {

		@Override
		public List<SpanData> read(List<EndedSpan> spans) {
			try (ContentWriter writer = Project.this.content.writer()) {
				return spans.stream().map((span) -> span.write(writer, Project.this::unwritable)).toList();
			}
		}

		@Override
		public boolean isSlow() {
			return Project.this.content.isFiltered();
		}

	}

	/**
	 * Opens the queue that takes the spans of a project.
	 */
	@FunctionalInterface
	interface QueueOpener {

		Consumer<EndedSpan> open(ProjectSettings settings, SpanReader<EndedSpan> reader);

	}

}
