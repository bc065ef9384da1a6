package dev.braintrust.spring.project;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.access.ProjectAccess;
import dev.braintrust.spring.attachment.ProjectAttachments;
import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
final class Project {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final AtomicBoolean unwritable = new AtomicBoolean();

	private final ConversationIdGenerator ids = new ConversationIdGenerator();

	private final ConversationWarnings conversations = new ConversationWarnings();

	private final ProjectSettings settings;

	// What writes JSON takes its time to load, and is needed for the first span.
	private final SingletonSupplier<SpanContent> content;

	private final ProjectRecorder recorder;

	private final @Nullable Correlation correlation;

	private final TraceLink link;

	private final @Nullable SpanSink<EndedSpan> queue;

	private volatile @Nullable ProjectAttachments attachments;

	/**
	 * Create a project.
	 * @param settings the settings
	 * @param filters gives the filters of its content, when the first span is written
	 * @param customizers the customizers of its tracer provider
	 * @param buffers the buffers that it shares with other projects
	 * @param opener opens the queue of a project, or {@code null} where nothing is
	 * recorded
	 * @param access gives what is known from Braintrust, {@code null} where nothing is
	 * @param attachments opens its attachments with the first content, {@code null} where
	 * none are uploaded
	 */
	Project(ProjectSettings settings, Supplier<List<ContentFilter>> filters,
			List<ProjectTracerProviderCustomizer> customizers, JsonBuffers buffers, @Nullable QueueOpener opener,
			Supplier<@Nullable ProjectAccess> access, Supplier<@Nullable ProjectAttachments> attachments) {
		this.settings = settings;
		this.correlation = (opener != null) ? Correlation.of(settings) : null;
		this.link = new TraceLink(settings, access);
		this.content = SingletonSupplier.of(() -> {
			this.attachments = attachments.get();
			return new SpanContent(settings, filters, buffers, this.attachments);
		});
		this.queue = (opener != null) ? opener.open(settings, new Writer()) : null;
		this.recorder = (this.queue != null) ? ProjectRecorder.of(settings, this.ids, customizers)
				: ProjectRecorder.none();
	}

	ProjectSettings settings() {
		return this.settings;
	}

	/**
	 * Whether spans are recorded: they go to the export or, in tests, to a recorder.
	 * @return whether they are
	 */
	boolean isRecorded() {
		return this.queue != null;
	}

	SpanContent content() {
		return this.content.obtain();
	}

	ConversationIdGenerator ids() {
		return this.ids;
	}

	ConversationWarnings conversations() {
		return this.conversations;
	}

	/**
	 * What has the traces found from those of the application.
	 * @return the correlation, or {@code null} where nobody asks for it
	 */
	@Nullable Correlation correlation() {
		return this.correlation;
	}

	/**
	 * Makes the URLs of its traces.
	 * @return the links
	 */
	TraceLink link() {
		return this.link;
	}

	/**
	 * Take a span that ended.
	 * @param span the span
	 */
	void ended(EndedSpan span) {
		if (this.queue != null) {
			this.queue.add(span);
		}
	}

	boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		ProjectAttachments attachments = this.attachments;
		long failures = (attachments != null) ? attachments.failures() : 0;
		boolean accepted = this.queue == null || this.queue.flush(timeout);
		if (attachments == null) {
			return accepted;
		}
		boolean ended = attachments.flush(Duration.ofNanos(deadline - System.nanoTime()));
		return accepted && ended && attachments.failures() == failures;
	}

	/**
	 * What records the spans.
	 * @return the recorder
	 */
	ProjectRecorder recorder() {
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
		public long contentSize(EndedSpan span) {
			return span.contentSize();
		}

		@Override
		public EndedSpan withoutContent(EndedSpan span, LossReason reason) {
			return span.withoutContent(reason.note());
		}

		@Override
		public List<SpanData> read(List<EndedSpan> spans) {
			try (ContentWriter writer = content().writer()) {
				return spans.stream().map((span) -> span.write(writer, Project.this::unwritable)).toList();
			}
		}

		@Override
		public boolean isSlow() {
			ProjectAttachments attachments = Project.this.attachments;
			return content().isFiltered() || (attachments != null && attachments.isSlow());
		}

	}

	/**
	 * Opens the queue that takes the spans of a project.
	 */
	@FunctionalInterface
	interface QueueOpener {

		SpanSink<EndedSpan> open(ProjectSettings settings, SpanReader<EndedSpan> reader);

	}

}
