package dev.braintrust.spring.project;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.properties.OriginEnvironment;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tracers of a project. It has no shutdown: the pipeline behind it belongs to
 * the application context.
 */
final class ProjectTracerProvider implements TracerProvider {

	private static final String ORIGIN = "braintrust-spring-boot-starter";

	private static final @Nullable String VERSION = StarterVersion.of(BraintrustProject.class);

	private final Project project;

	ProjectTracerProvider(Project project) {
		this.project = project;
	}

	/**
	 * The tracer of the starter itself.
	 * @return the tracer
	 */
	ProjectTracer tracer() {
		return tracer(ORIGIN, VERSION, null);
	}

	@Override
	public Tracer get(String instrumentationScopeName) {
		return tracer(instrumentationScopeName, null, null);
	}

	@Override
	public Tracer get(String instrumentationScopeName, String instrumentationScopeVersion) {
		return tracer(instrumentationScopeName, instrumentationScopeVersion, null);
	}

	@Override
	public TracerBuilder tracerBuilder(String instrumentationScopeName) {
		return new ScopedTracerBuilder(instrumentationScopeName);
	}

	private ProjectTracer tracer(String scope, @Nullable String version, @Nullable String schemaUrl) {
		return new DefaultProjectTracer(this.project, () -> recorder(scope, version, schemaUrl),
				() -> spanOrigin(scope));
	}

	private Tracer recorder(String scope, @Nullable String version, @Nullable String schemaUrl) {
		TracerBuilder builder = this.project.recorder().provider().tracerBuilder(scope);
		if (version != null) {
			builder.setInstrumentationVersion(version);
		}
		if (schemaUrl != null) {
			builder.setSchemaUrl(schemaUrl);
		}
		return builder.build();
	}

	private String spanOrigin(String scope) {
		Map<String, Object> origin = new LinkedHashMap<>();
		origin.put("name", ORIGIN);
		if (VERSION != null) {
			origin.put("version", VERSION);
		}
		origin.put("instrumentation", Map.of("name", scope));
		OriginEnvironment environment = this.project.settings().environment();
		if (environment != null) {
			origin.put("environment", environment(environment));
		}
		return this.project.content().json(Map.of("span_origin", origin));
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

	@Override
	public String toString() {
		return "ProjectTracerProvider[" + this.project.settings().key() + "]";
	}

	/**
	 * Builds a tracer for a scope with a version or a schema.
	 */
	private final class ScopedTracerBuilder implements TracerBuilder {

		private final String scope;

		private @Nullable String version;

		private @Nullable String schemaUrl;

		ScopedTracerBuilder(String scope) {
			this.scope = scope;
		}

		@Override
		public TracerBuilder setSchemaUrl(String schemaUrl) {
			this.schemaUrl = schemaUrl;
			return this;
		}

		@Override
		public TracerBuilder setInstrumentationVersion(String instrumentationScopeVersion) {
			this.version = instrumentationScopeVersion;
			return this;
		}

		@Override
		public Tracer build() {
			return tracer(this.scope, this.version, this.schemaUrl);
		}

	}

}
