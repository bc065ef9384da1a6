package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.content.CaptureGuard;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.ProjectAttachments;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
public final class Project extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final ProjectSettings settings;

	private final Shared shared;

	private final ProjectSwitch projectSwitch;

	private final ProjectContent content;

	private final @Nullable SpanSink queue;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Recording recording;

	// Create a project. Customizers are asked at once, so that what they throw fails the
	// start.
	public Project(ProjectSettings settings, Shared shared) {
		super(logger, "Braintrust project '" + settings.key() + "'", shared.switches().of(settings.key()));
		this.settings = settings;
		this.shared = shared;
		this.projectSwitch = shared.switches().of(settings.key());
		this.content = new ProjectContent(this, shared);
		this.queue = shared.destination().open(settings, this.content);
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
		return this.content.get();
	}

	DerivedRoot.Generator ids() {
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
		return this.content.status();
	}

	public boolean flush(Duration timeout) {
		return this.content.flush((spans) -> this.queue == null || this.queue.flush(spans), timeout);
	}

	private ProjectRecorder startedRecorder() {
		Recording recording = this.recording;
		return (recording != null) ? recording.recorder : ProjectRecorder.NONE;
	}

	// Flush what customizers added.
	public CompletableResultCode flushProcessors() {
		return startedRecorder().flush();
	}

	// Close what customizers added.
	public CompletableResultCode closeProcessors() {
		return startedRecorder().close();
	}

	// Stop those of them that hang: nobody waits for them any more.
	public void abandonProcessors() {
		startedRecorder().abandon();
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

	@Override
	public String toString() {
		return "Project[" + this.settings.key() + "]";
	}

	/**
	 * What it takes to record spans. It is made for the first span, since it takes its
	 * time to load; or at once, if customizers take part.
	 */
	private final class Recording {

		final DerivedRoot.Generator ids = new DerivedRoot.Generator();

		final OpenSpans openSpans = new OpenSpans();

		final ProjectRecorder recorder = ProjectRecorder.of(Project.this, this.ids, Project.this.shared.customizers());

		final @Nullable Correlation correlation = isRecorded() ? Correlation.of(Project.this) : null;

		final TraceLink link = new TraceLink(Project.this.settings, Project.this.shared.access());

		final ProjectPropagator propagator = new ProjectPropagator(Project.this);

		final ProjectSpan none = new DefaultProjectSpan(Project.this, Span.getInvalid());

	}

	/**
	 * Where the spans of projects and their attachments go.
	 */
	public interface Destination {

		// Open the queue that takes the spans of a project.
		@Nullable SpanSink open(ProjectSettings settings, ProjectContent content);

		@Nullable ProjectAttachments attachments(ProjectSettings settings);

	}

	/**
	 * What the projects of an application context share.
	 *
	 * @param destination where their spans and attachments go
	 * @param filters the filters of the content of a project, by its key
	 * @param customizers the customizers of a project, by its key
	 * @param access what is known from Braintrust
	 * @param buffers where their content is written
	 * @param switches whether they trace
	 */
	public record Shared(Destination destination, Function<String, List<ContentFilter>> filters,
			Function<String, List<ProjectTracerProviderCustomizer>> customizers, AccessCheck access,
			JsonBuffers buffers, ProjectSwitches switches) {

	}

}
