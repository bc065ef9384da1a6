package dev.braintrust.spring.trace;

import java.util.List;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.ProjectAttachments;
import io.opentelemetry.api.trace.Span;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * What it takes to make the spans of a project. It is made when it is needed first, since
 * it takes its time to load; at once, where customizers take part.
 */
final class Recording {

	private final ConversationIdGenerator ids = new ConversationIdGenerator();

	private final OpenSpans openSpans = new OpenSpans();

	private final ConversationWarnings conversations = new ConversationWarnings();

	private final ProjectRecorder recorder;

	private final @Nullable Correlation correlation;

	private final TraceLink link;

	private final ProjectPropagator propagator;

	private final ProjectSpan none;

	// What writes JSON takes longer still.
	private final SingletonSupplier<SpanContent> content;

	private volatile @Nullable ProjectAttachments attachments;

	Recording(Project project, SharedParts shared) {
		ProjectSettings settings = project.settings();
		this.recorder = project.isRecorded() ? recorder(project, shared) : ProjectRecorder.none();
		this.correlation = project.isRecorded() ? Correlation.of(settings) : null;
		this.link = new TraceLink(settings, shared.access());
		this.propagator = new ProjectPropagator(project);
		this.none = new DefaultProjectSpan(project, Span.getInvalid());
		this.content = SingletonSupplier.of(() -> content(settings, shared));
	}

	private ProjectRecorder recorder(Project project, SharedParts shared) {
		ProjectSettings settings = project.settings();
		List<ProjectTracerProviderCustomizer> customizers = shared.customizers().apply(settings.key());
		try {
			return ProjectRecorder.of(settings, this.ids, customizers, project.projectSwitch());
		}
		catch (LinkageError ex) {
			project.projectSwitch().incompatible(ex);
			return ProjectRecorder.none();
		}
	}

	private SpanContent content(ProjectSettings settings, SharedParts shared) {
		ProjectAttachments attachments = shared.destination().attachments(settings);
		this.attachments = attachments;
		return new SpanContent(settings, () -> shared.filters().apply(settings.key()), shared.buffers(), attachments);
	}

	ConversationIdGenerator ids() {
		return this.ids;
	}

	OpenSpans openSpans() {
		return this.openSpans;
	}

	ConversationWarnings conversations() {
		return this.conversations;
	}

	ProjectRecorder recorder() {
		return this.recorder;
	}

	@Nullable Correlation correlation() {
		return this.correlation;
	}

	TraceLink link() {
		return this.link;
	}

	ProjectPropagator propagator() {
		return this.propagator;
	}

	ProjectSpan none() {
		return this.none;
	}

	SpanContent content() {
		return this.content.obtain();
	}

	// The attachments of the project.
	@Nullable ProjectAttachments attachments() {
		return this.attachments;
	}

}
