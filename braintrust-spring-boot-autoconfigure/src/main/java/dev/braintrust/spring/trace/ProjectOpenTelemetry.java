package dev.braintrust.spring.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfoBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The tracers and the propagator of a project as an {@link OpenTelemetry}. Meters and
 * logs do nothing.
 */
public final class ProjectOpenTelemetry implements OpenTelemetry {

	private final TracerProvider tracerProvider;

	private final ContextPropagators propagators;

	public ProjectOpenTelemetry(Project project) {
		this.tracerProvider = new ProjectTracerProvider(project);
		this.propagators = ContextPropagators.create(project.propagator());
	}

	@Override
	public TracerProvider getTracerProvider() {
		return this.tracerProvider;
	}

	@Override
	public ContextPropagators getPropagators() {
		return this.propagators;
	}

	/**
	 * Creates the tracers of a project, one for each instrumentation scope.
	 */
	private record ProjectTracerProvider(Project project) implements TracerProvider {

		private static final String UNKNOWN = "unknown";

		@Override
		public Tracer get(String instrumentationScopeName) {
			return tracerBuilder(instrumentationScopeName).build();
		}

		@Override
		public Tracer get(String instrumentationScopeName, String instrumentationScopeVersion) {
			return tracerBuilder(instrumentationScopeName).setInstrumentationVersion(instrumentationScopeVersion)
				.build();
		}

		@Override
		public TracerBuilder tracerBuilder(String instrumentationScopeName) {
			String name = StringUtils.hasLength(instrumentationScopeName) ? instrumentationScopeName : UNKNOWN;
			return new ProjectTracerBuilder(this.project, InstrumentationScopeInfo.builder(name));
		}

		@Override
		public String toString() {
			return "ProjectTracerProvider[" + this.project.settings().key() + "]";
		}

	}

	private record ProjectTracerBuilder(Project project,
			InstrumentationScopeInfoBuilder scope) implements TracerBuilder {

		// Callers in other languages pass null.
		@Override
		public TracerBuilder setSchemaUrl(@Nullable String schemaUrl) {
			if (schemaUrl != null) {
				this.scope.setSchemaUrl(schemaUrl);
			}
			return this;
		}

		@Override
		public TracerBuilder setInstrumentationVersion(@Nullable String instrumentationScopeVersion) {
			if (instrumentationScopeVersion != null) {
				this.scope.setVersion(instrumentationScopeVersion);
			}
			return this;
		}

		@Override
		public Tracer build() {
			return new DefaultProjectTracer(this.project, this.scope.build());
		}

	}

}
