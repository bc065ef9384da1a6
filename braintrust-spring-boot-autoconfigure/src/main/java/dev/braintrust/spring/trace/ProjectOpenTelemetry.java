package dev.braintrust.spring.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;

/**
 * The traces and the propagator of a project as an {@link OpenTelemetry}; meters and logs
 * do nothing.
 */
public final class ProjectOpenTelemetry implements OpenTelemetry {

	private final TracerProvider tracerProvider;

	private final ContextPropagators propagators;

	public ProjectOpenTelemetry(TracerProvider tracerProvider, ProjectPropagator propagator) {
		this.tracerProvider = tracerProvider;
		this.propagators = ContextPropagators.create(propagator);
	}

	@Override
	public TracerProvider getTracerProvider() {
		return this.tracerProvider;
	}

	@Override
	public ContextPropagators getPropagators() {
		return this.propagators;
	}

}
