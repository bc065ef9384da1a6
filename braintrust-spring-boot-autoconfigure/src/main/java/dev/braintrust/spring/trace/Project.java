package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.CaptureGuard;
import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.ProjectAttachments;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
public final class Project extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final AtomicBoolean unwritable = new AtomicBoolean();

	private final ProjectSettings settings;

	private final SharedParts shared;

	private final ProjectSwitch projectSwitch;

	private final @Nullable SpanSink<EndedSpan> queue;

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

	// Through which all goes that must not fail the work that is traced.
	CaptureGuard guard() {
		return this;
	}

	private Recording recording() {
		Recording recording = this.recording;
		return (recording != null) ? recording : start();
	}

	private synchronized Recording start() {
		Recording recording = this.recording;
		if (recording == null) {
			recording = new Recording(this, this.shared);
			this.recording = recording;
		}
		return recording;
	}

	SpanContent content() {
		return recording().content();
	}

	ConversationIdGenerator ids() {
		return recording().ids();
	}

	ConversationWarnings conversations() {
		return recording().conversations();
	}

	OpenSpans openSpans() {
		return recording().openSpans();
	}

	int cutOpenSpans() {
		Recording recording = this.recording;
		return (recording != null) ? recording.openSpans().cut() : 0;
	}

	// How many spans the application let go without ending them.
	long forgottenSpans() {
		Recording recording = this.recording;
		return (recording != null) ? recording.openSpans().forgotten() : 0;
	}

	public ProjectPropagator propagator() {
		return recording().propagator();
	}

	ProjectSpan none() {
		return recording().none();
	}

	// What has the traces found from those of the application.
	@Nullable Correlation correlation() {
		return recording().correlation();
	}

	// Makes the URLs of its traces.
	TraceLink link() {
		return recording().link();
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
		return (recording != null) ? recording.attachments() : null;
	}

	// Flush what customizers added.
	public CompletableResultCode flushProcessors() {
		Recording recording = this.recording;
		return (recording != null) ? recording.recorder().flush() : CompletableResultCode.ofSuccess();
	}

	// Close what customizers added.
	public CompletableResultCode closeProcessors() {
		Recording recording = this.recording;
		return (recording != null) ? recording.recorder().close() : CompletableResultCode.ofSuccess();
	}

	// What records the spans.
	ProjectRecorder recorder() {
		return recording().recorder();
	}

	private void unwritable(Throwable failure) {
		if (failure instanceof LinkageError error) {
			this.projectSwitch.incompatible(error);
		}
		else if (this.unwritable.compareAndSet(false, true)) {
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
		@Nullable SpanSink<EndedSpan> open(ProjectSettings settings, SpanReader<EndedSpan> reader);

		@Nullable ProjectAttachments attachments(ProjectSettings settings);

	}

}
