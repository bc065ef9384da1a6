package dev.braintrust.spring.trace;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Makes the tracers of a project. It has no shutdown: the pipeline behind it belongs to
 * the application context.
 */
public final class ProjectTracerProvider implements TracerProvider {

	// What OpenTelemetry's SDK calls a scope without a name.
	private static final String UNKNOWN = "unknown";

	private final Project project;

	public ProjectTracerProvider(Project project) {
		this.project = project;
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

	private Tracer tracer(@Nullable String scope, @Nullable String version, @Nullable String schemaUrl) {
		String name = StringUtils.hasLength(scope) ? scope : UNKNOWN;
		return new DefaultProjectTracer(this.project, new InstrumentationScope(name, version, schemaUrl));
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
