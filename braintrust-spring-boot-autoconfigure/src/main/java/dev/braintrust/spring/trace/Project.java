package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.content.CaptureGuard;
import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.export.WaitingSpan;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.ProjectAttachments;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
public final class Project extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final ProjectSettings settings;

	private final SharedParts shared;

	private final ProjectSwitch projectSwitch;

	private final @Nullable SpanSink queue;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Recording recording;

	// Create a project. Customizers are asked at once, so that what they throw fails the
	// start.
	public Project(ProjectSettings settings, SharedParts shared) {
		super(logger, "Braintrust project '" + settings.key() + "'", shared.switches().of(settings.key()));
		this.settings = settings;
		this.shared = shared;
		this.projectSwitch = shared.switches().of(settings.key());
		this.queue = shared.destination().open(settings, new Writer());
		if (this.queue != null && !shared.customizers().apply(settings.key()).isEmpty()) {
			recording();
		}
	}

	public ProjectSettings settings() {
		return this.settings;
	}

	// Whether spans are recorded: they go to the export or, in tests, to a recorder, and
	// libraries fit together.
	boolean isRecorded() {
		return this.queue != null && !this.projectSwitch.isOff();
	}

	ProjectSwitch projectSwitch() {
		return this.projectSwitch;
	}

	private Recording recording() {
		Recording recording = this.recording;
		return (recording != null) ? recording : start();
	}

	private synchronized Recording start() {
		Recording recording = this.recording;
		if (recording == null) {
			recording = new Recording();
			this.recording = recording;
		}
		return recording;
	}

	SpanContent content() {
		return recording().content.obtain();
	}

	ConversationIds.Generator ids() {
		return recording().ids;
	}

	OpenSpans openSpans() {
		return recording().openSpans;
	}

	// The open spans, if there have been any spans yet.
	@Nullable OpenSpans anyOpenSpans() {
		Recording recording = this.recording;
		return (recording != null) ? recording.openSpans : null;
	}

	ProjectPropagator propagator() {
		return recording().propagator;
	}

	ProjectSpan none() {
		return recording().none;
	}

	// Connects the traces with those of the application, if the settings ask for it.
	@Nullable Correlation correlation() {
		return recording().correlation;
	}

	TraceLink link() {
		return recording().link;
	}

	ProjectRecorder recorder() {
		return recording().recorder;
	}

	void ended(EndedSpan span) {
		if (this.queue != null) {
			this.queue.add(span);
		}
	}

	// How its export goes.
	public @Nullable ExportStatus exportStatus() {
		return (this.queue != null) ? this.queue.status() : null;
	}

	// How its uploads go.
	public @Nullable AttachmentStatus attachmentStatus() {
		ProjectAttachments attachments = attachments();
		return (attachments != null) ? attachments.status() : null;
	}

	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		ProjectAttachments attachments = attachments();
		long failures = (attachments != null) ? attachments.failures() : 0;
		boolean accepted = this.queue == null || this.queue.flush(timeout);
		if (attachments == null) {
			return accepted;
		}
		boolean ended = attachments.flush(Duration.ofNanos(deadline - System.nanoTime()));
		return accepted && ended && attachments.failures() == failures;
	}

	private @Nullable ProjectAttachments attachments() {
		Recording recording = this.recording;
		return (recording != null) ? recording.attachments : null;
	}

	// Flush what customizers added.
	public CompletableResultCode flushProcessors() {
		Recording recording = this.recording;
		return (recording != null) ? recording.recorder.flush() : CompletableResultCode.ofSuccess();
	}

	// Close what customizers added.
	public CompletableResultCode closeProcessors() {
		Recording recording = this.recording;
		return (recording != null) ? recording.recorder.close() : CompletableResultCode.ofSuccess();
	}

	// Stop those of them that hang: nobody waits for them any more.
	public void abandonProcessors() {
		Recording recording = this.recording;
		if (recording != null) {
			recording.recorder.abandon();
		}
	}

	// Log a warning of each kind once, but not at the end of the stack: see CaptureGuard.
	void warn(String kind, String message, @Nullable Throwable failure) {
		try {
			if (!(failure instanceof StackOverflowError) && this.warned.add(kind)) {
				logger.warn(message + " This is logged once.", failure);
			}
		}
		catch (Throwable ex) {
			// A log that fails fails nothing else.
		}
	}

	private void unwritable(Throwable failure) {
		if (failure instanceof LinkageError error) {
			this.projectSwitch.incompatible(error);
		}
		else {
			warn("unwritable", "A span of the Braintrust project '" + this.settings.key()
					+ "' is sent without its content: " + failure.getClass().getName() + ".", null);
		}
	}

	@Override
	public String toString() {
		return "Project[" + this.settings.key() + "]";
	}

	/**
	 * What it takes to record spans. It is made for the first span, since it takes its
	 * time to load; or at once, if customizers take part.
	 */
	private final class Recording {

		final ConversationIds.Generator ids = new ConversationIds.Generator();

		final OpenSpans openSpans = new OpenSpans();

		final ProjectRecorder recorder = recorder();

		final @Nullable Correlation correlation = isRecorded() ? Correlation.of(Project.this) : null;

		final TraceLink link = new TraceLink(Project.this.settings, Project.this.shared.access());

		final ProjectPropagator propagator = new ProjectPropagator(Project.this);

		final ProjectSpan none = new DefaultProjectSpan(Project.this, Span.getInvalid());

		// What writes JSON takes longer still.
		final SingletonSupplier<SpanContent> content = SingletonSupplier.of(this::makeContent);

		volatile @Nullable ProjectAttachments attachments;

		private ProjectRecorder recorder() {
			List<ProjectTracerProviderCustomizer> customizers = Project.this.shared.customizers()
				.apply(Project.this.settings.key());
			try {
				return isRecorded() ? ProjectRecorder.of(Project.this, this.ids, customizers) : ProjectRecorder.NONE;
			}
			catch (LinkageError ex) {
				Project.this.projectSwitch.incompatible(ex);
				return ProjectRecorder.NONE;
			}
		}

		private SpanContent makeContent() {
			SharedParts shared = Project.this.shared;
			ProjectSettings settings = Project.this.settings;
			ProjectAttachments attachments = shared.destination().attachments(settings);
			this.attachments = attachments;
			return new SpanContent(settings, () -> shared.filters().apply(settings.key()), shared.buffers(),
					attachments);
		}

	}

	/**
	 * Writes the content of ended spans.
	 */
	private final class Writer implements SpanReader {

		@Override
		public List<@Nullable SpanData> read(List<WaitingSpan> spans) {
			List<@Nullable SpanData> read = new ArrayList<>(spans.size());
			try (ContentWriter writer = content().writer()) {
				for (WaitingSpan span : spans) {
					read.add(((EndedSpan) span).write(writer, Project.this::unwritable));
				}
			}
			return read;
		}

		@Override
		public void incompatible(LinkageError error) {
			Project.this.projectSwitch.incompatible(error);
		}

		@Override
		public boolean isSlow() {
			ProjectAttachments attachments = attachments();
			return content().isFiltered() || (attachments != null && attachments.isSlow());
		}

	}

	/**
	 * Where the spans of projects and their attachments go.
	 */
	public interface Destination {

		// Open the queue that takes the spans of a project.
		@Nullable SpanSink open(ProjectSettings settings, SpanReader reader);

		@Nullable ProjectAttachments attachments(ProjectSettings settings);

	}

}
