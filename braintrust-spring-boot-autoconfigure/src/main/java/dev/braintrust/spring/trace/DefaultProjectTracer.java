package dev.braintrust.spring.trace;

import java.net.URI;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.linkage.ProjectSwitch.SwitchedTracer;
import dev.braintrust.spring.linkage.StarterVersion;
import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import dev.braintrust.spring.trace.route.RoutedRow;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The tracer of a project for one instrumentation scope.
 */
public final class DefaultProjectTracer implements ProjectTracer, SwitchedTracer {

	private static final String ORIGIN = "braintrust-spring-boot-starter";

	private final Project project;

	private final @Nullable InstrumentationScopeInfo scope;

	private volatile @Nullable Recording recording;

	// Create a tracer. Without a scope it uses the starter's own. The parts that record
	// are created for the first span, not at startup.
	public DefaultProjectTracer(Project project, @Nullable InstrumentationScopeInfo scope) {
		this.project = project;
		this.scope = scope;
	}

	public Project project() {
		return this.project;
	}

	private Recording recording() {
		Recording recording = this.recording;
		return (recording != null) ? recording : start();
	}

	private synchronized Recording start() {
		Recording recording = this.recording;
		if (recording == null) {
			recording = Recording.of(this.project, this.scope);
			this.recording = recording;
		}
		return recording;
	}

	@Override
	public ProjectSpanBuilder spanBuilder(String spanName) {
		return builder(spanName, Recording::untyped, () -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder rootSpan(String name) {
		return span(name, SpanType.TASK, () -> ParentRule.NONE);
	}

	@Override
	public ProjectSpanBuilder taskSpan(String name) {
		return span(name, SpanType.TASK, () -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder toolSpan(String name) {
		return span(name, SpanType.TOOL, () -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder llmSpan(String name) {
		return span(name, SpanType.LLM, () -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder functionSpan(String name) {
		return span(name, SpanType.FUNCTION, () -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder inTrace(StoredTraceContext stored, String name) {
		Assert.notNull(stored, "'stored' must not be null");
		return span(name, SpanType.TASK, () -> new StoredParent(this.project, stored, ParentRule.NONE));
	}

	@Override
	public ProjectSpanBuilder inTrace(String conversationId, String name) {
		Assert.hasText(conversationId, "'conversationId' must not be empty");
		return span(name, SpanType.TASK, () -> derivedRoot(conversationId));
	}

	@Override
	public ProjectSpanBuilder inTrace(StoredTraceContext stored, String conversationId, String name) {
		Assert.notNull(stored, "'stored' must not be null");
		Assert.hasText(conversationId, "'conversationId' must not be empty");
		return span(name, SpanType.TASK, () -> new StoredParent(this.project, stored, derivedRoot(conversationId)));
	}

	private DerivedRoot derivedRoot(String conversationId) {
		Recording recording = recording();
		return new DerivedRoot(DerivedRoot.Ids.of(this.project.settings().parent().toString(), conversationId),
				recording.tracer(), recording.template(SpanType.TASK));
	}

	private ProjectSpanBuilder span(String name, SpanType type, Supplier<ParentRule> parentRule) {
		Assert.notNull(name, "'name' must not be null");
		return builder(name, (recording) -> recording.template(type), parentRule);
	}

	// Build a span of an experiment: the root of the given row or, without a row, a span
	// inside the current row.
	ProjectSpanBuilder rowSpan(String name, UnaryOperator<SpanTemplate> template, @Nullable RoutedRow row) {
		return builder(name, (recording) -> template.apply(recording.untyped()), () -> ParentRule.CURRENT).root(row);
	}

	private DefaultProjectSpanBuilder builder(String name, Function<Recording, SpanTemplate> template,
			Supplier<ParentRule> parentRule) {
		DefaultProjectSpanBuilder builder = this.project.see(() -> {
			Recording recording = recording();
			return new DefaultProjectSpanBuilder(this.project, recording.tracer().spanBuilder(name),
					template.apply(recording), parentRule.get());
		});
		return (builder != null) ? builder : DefaultProjectSpanBuilder.none(this.project);
	}

	@Override
	public ProjectSpan currentSpan() {
		ProjectSpan current = this.project.see(() -> ProjectContext.get(Context.current(), this.project));
		return (current != null) ? current : this.project.none();
	}

	@Override
	public @Nullable URI permalink(Span span) {
		Assert.notNull(span, "'span' must not be null");
		SpanContext context = span.getSpanContext();
		// A span of an experiment has no page in the logs.
		boolean logged = !(span instanceof DefaultProjectSpan ours) || ours.row() == null;
		return (logged && context.isValid() && context.isSampled())
				? this.project.see(() -> this.project.pages().span(context.getTraceId(), context.getSpanId())) : null;
	}

	@Override
	public boolean isEnabled() {
		return this.project.isRecorded();
	}

	@Override
	public ProjectSwitch projectSwitch() {
		return this.project.projectSwitch();
	}

	@Override
	public TextMapPropagator propagator() {
		return this.project.propagator();
	}

	// The propagator for callers that may name the experiment that spans belong to.
	public TextMapPropagator experimentPropagator() {
		return this.project.propagator().acceptingExperiments();
	}

	@Override
	public String toString() {
		return "ProjectTracer[" + this.project.settings().key() + "]";
	}

	/**
	 * The parts that start spans in one instrumentation scope.
	 *
	 * @param untyped the template of spans without a type
	 * @param typed the templates of spans by type
	 */
	private record Recording(Tracer tracer, SpanTemplate untyped, Map<SpanType, SpanTemplate> typed) {

		private static final @Nullable String VERSION = StarterVersion.of(BraintrustProject.class);

		static Recording of(Project project, @Nullable InstrumentationScopeInfo scope) {
			String name = (scope != null) ? scope.getName() : ORIGIN;
			TracerBuilder tracer = project.recorder().provider().tracerBuilder(name);
			String version = (scope != null) ? scope.getVersion() : VERSION;
			if (version != null) {
				tracer.setInstrumentationVersion(version);
			}
			if (scope != null && scope.getSchemaUrl() != null) {
				tracer.setSchemaUrl(scope.getSchemaUrl());
			}
			SpanTemplate untyped = SpanTemplate.of(project.settings(), spanOrigin(project, name));
			Map<SpanType, SpanTemplate> typed = new EnumMap<>(SpanType.class);
			for (SpanType type : SpanType.values()) {
				typed.put(type, untyped.withType(type));
			}
			return new Recording(tracer.build(), untyped, typed);
		}

		private static String spanOrigin(Project project, String scope) {
			Map<String, Object> origin = new LinkedHashMap<>();
			put(origin, "name", ORIGIN);
			put(origin, "version", VERSION);
			put(origin, "instrumentation", Map.of("name", scope));
			OriginEnvironment environment = project.settings().environment();
			if (environment != null) {
				Map<String, Object> fields = new LinkedHashMap<>();
				put(fields, "type", environment.type());
				put(fields, "name", environment.name());
				origin.put("environment", fields);
			}
			return project.content().json(Map.of("span_origin", origin));
		}

		private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
			if (value != null) {
				fields.put(name, value);
			}
		}

		SpanTemplate template(SpanType type) {
			return this.typed.getOrDefault(type, this.untyped);
		}

	}

}
