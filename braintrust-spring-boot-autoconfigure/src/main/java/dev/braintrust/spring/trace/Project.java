package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.export.SpanSink;
import dev.braintrust.spring.linkage.CaptureGuard;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.route.Route;
import dev.braintrust.spring.trace.route.RoutedRow;
import dev.braintrust.spring.trace.route.Routes;
import dev.braintrust.spring.upload.AttachmentStatus;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans.
 * Spans of different projects are kept apart by the identity of this object.
 */
public final class Project extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private final ProjectSettings settings;

	private final SharedParts shared;

	private final ProjectSwitch projectSwitch;

	private final ProjectContent content;

	private final boolean taken;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private volatile @Nullable SpanSink queue;

	private volatile @Nullable Recording recording;

	// Customizers run now, so that their exceptions fail the start.
	public Project(ProjectSettings settings, SharedParts shared) {
		super(logger, "Braintrust project '" + settings.key() + "'", shared.switches().of(settings.key()));
		this.settings = settings;
		this.shared = shared;
		this.projectSwitch = shared.switches().of(settings.key());
		this.content = new ProjectContent(this, shared);
		this.taken = shared.destination().takes(settings);
		if (shared.destination().watch() != null) {
			this.queue = shared.destination().open(settings, this.content);
		}
		if (this.taken && !shared.customizers().apply(settings.key()).isEmpty()) {
			recording();
		}
	}

	public ProjectSettings settings() {
		return this.settings;
	}

	// Whether spans go to the export or to a recorder, and the libraries are compatible.
	public boolean isRecorded() {
		return this.taken && !this.projectSwitch.isOff();
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
			this.queue = (this.queue != null) ? this.queue
					: this.shared.destination().open(this.settings, this.content);
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

	// Return the open spans, or null before the first span.
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

	// Return the correlation with the application's traces, or null if it is off.
	@Nullable Correlation correlation() {
		return recording().correlation;
	}

	public AppPages pages() {
		return new AppPages(this.settings, this.shared.access());
	}

	// Open a route for an experiment. If it is not sent, only a recorder or a watch gets
	// its spans.
	public RowTracer rows(String parent, Route.Others others, boolean sent) {
		return this.shared.rows(this, this.settings, this.content, parent, null, others, sent);
	}

	// Open a route whose spans are sent with the sender's settings. Attachments are not
	// uploaded, since uploads use the key of the project.
	public RowTracer rows(ProjectSettings sender, String parent, @Nullable String generation, Route.Others others) {
		return this.shared.rows(this, sender, this.content.withoutUploads(), parent, generation, others, true);
	}

	ProjectRecorder recorder() {
		return recording().recorder;
	}

	// The routes of experiments, or null before the first one. Spans may outlive
	// their experiment.
	@Nullable Routes routes() {
		return this.shared.routes().get();
	}

	EndedSpan now(SpanData span, SpanTemplate template, SpanFields fields, @Nullable RoutedRow row) {
		return new EndedSpan(span, (row != null) ? row.of(template) : template, fields, this.content);
	}

	void ended(SpanData span, SpanTemplate template, SpanFields fields, @Nullable RoutedRow row) {
		EndedSpan ended = now(span, template, fields, row);
		SpanSink sink = (row != null) ? row.route().sink() : this.queue;
		if (row != null) {
			row.ended(span, template.type(), fields, () -> this.content.preview(ended));
			((Project) row.route().owner()).content.hasGuest(this.content);
		}
		if (sink != null && (!this.settings.capture().aiSpansOnly() || ended.isAiSpan())) {
			sink.add(ended);
		}
		else {
			fields.release();
		}
	}

	// The state of its uploads.
	public @Nullable AttachmentStatus attachmentStatus() {
		return this.content.status();
	}

	public boolean flush(Duration timeout) {
		return flush(this.queue, timeout);
	}

	boolean flush(@Nullable SpanSink sink, Duration timeout) {
		return this.content.flush((spans) -> sink == null || sink.flush(spans), timeout);
	}

	private ProjectRecorder startedRecorder() {
		Recording recording = this.recording;
		return (recording != null) ? recording.recorder : ProjectRecorder.NONE;
	}

	// Return the executor for code of customizers, which may hang.
	Executor calls() {
		return this.shared.calls();
	}

	// Flush the processors of customizers.
	public CompletableResultCode flushProcessors() {
		return startedRecorder().flush();
	}

	// Close the processors of customizers.
	public CompletableResultCode closeProcessors() {
		return startedRecorder().close();
	}

	// Log a warning of each kind once, but not at the end of the stack: see CaptureGuard.
	void warn(String kind, String message, @Nullable Throwable failure) {
		try {
			if (!(failure instanceof StackOverflowError) && this.warned.add(kind)) {
				logger.warn(message + " This is logged once.", failure);
			}
		}
		catch (Throwable ex) {
			// A failing log must not fail anything else.
		}
	}

	@Override
	public String toString() {
		return "Project[" + this.settings.key() + "]";
	}

	/**
	 * The parts that record spans. They are created for the first span, since loading
	 * them takes time, or right away if there are customizers.
	 */
	private final class Recording {

		final DerivedRoot.Generator ids = new DerivedRoot.Generator();

		final OpenSpans openSpans = Project.this.shared.openSpans(Project.this.settings.key());

		final ProjectRecorder recorder = ProjectRecorder.of(Project.this, this.ids, Project.this.shared.customizers(),
				calls());

		final @Nullable Correlation correlation = isRecorded() ? Correlation.of(Project.this) : null;

		final ProjectPropagator propagator = new ProjectPropagator(Project.this,
				(parent) -> Project.this.shared.received(Project.this.settings, Project.this.content, parent));

		final ProjectSpan none = new DefaultProjectSpan(Project.this, Span.getInvalid());

	}

}
