package dev.braintrust.spring.trace;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.linkage.StarterVersion;
import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to start the spans of a project in one instrumentation scope.
 *
 * @param tracer the tracer of the SDK
 * @param untyped what spans without a type have in common
 * @param typed what the spans of each type have in common
 */
record ScopeRecording(Tracer tracer, SpanTemplate untyped, Map<SpanType, SpanTemplate> typed) {

	private static final String ORIGIN = "braintrust-spring-boot-starter";

	private static final @Nullable String VERSION = StarterVersion.of(BraintrustProject.class);

	static ScopeRecording of(Project project, @Nullable InstrumentationScope scope) {
		InstrumentationScope of = (scope != null) ? scope : new InstrumentationScope(ORIGIN, VERSION, null);
		SpanTemplate untyped = SpanTemplate.of(project.settings(), spanOrigin(project, of.name()));
		Map<SpanType, SpanTemplate> typed = new EnumMap<>(SpanType.class);
		for (SpanType type : SpanType.values()) {
			typed.put(type, untyped.withType(type));
		}
		return new ScopeRecording(tracer(project, of), untyped, typed);
	}

	private static Tracer tracer(Project project, InstrumentationScope scope) {
		TracerBuilder builder = project.recorder().provider().tracerBuilder(scope.name());
		if (scope.version() != null) {
			builder.setInstrumentationVersion(scope.version());
		}
		if (scope.schemaUrl() != null) {
			builder.setSchemaUrl(scope.schemaUrl());
		}
		return builder.build();
	}

	private static String spanOrigin(Project project, String scope) {
		Map<String, Object> origin = new LinkedHashMap<>();
		origin.put("name", ORIGIN);
		if (VERSION != null) {
			origin.put("version", VERSION);
		}
		origin.put("instrumentation", Map.of("name", scope));
		OriginEnvironment environment = project.settings().environment();
		if (environment != null) {
			origin.put("environment", environment(environment));
		}
		return project.content().json(Map.of("span_origin", origin));
	}

	private static Map<String, String> environment(OriginEnvironment environment) {
		Map<String, String> fields = new LinkedHashMap<>();
		if (environment.type() != null) {
			fields.put("type", environment.type());
		}
		if (environment.name() != null) {
			fields.put("name", environment.name());
		}
		return fields;
	}

	SpanTemplate template(@Nullable SpanType type) {
		return (type != null) ? this.typed.getOrDefault(type, this.untyped) : this.untyped;
	}

}
