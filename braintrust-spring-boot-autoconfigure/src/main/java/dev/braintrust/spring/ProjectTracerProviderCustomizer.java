package dev.braintrust.spring;

import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;

/**
 * Customizes the OpenTelemetry SDK that records the spans of a project, before it is
 * built: adds span processors, replaces the sampler or the limits of spans, adds
 * attributes to the resource.
 * <p>
 * A bean of this type customizes all projects or, annotated with
 * {@link BraintrustProject @BraintrustProject}, one. Several are called in their order,
 * once for each project that is on, while the application starts; one that throws fails
 * startup. What it adds sees the spans of that project and nothing of the application.
 * Make processors, samplers and exporters inside the customizer: those that are beans
 * become part of the application's own tracing.
 * <p>
 * The content of a span, which is its input, output, metadata, metrics, scores, tags and
 * errors, is no attribute of the span while it lives. It is written when the span is
 * sent, so span processors do not see it, and limits do not cut it
 * ({@code capture.max-field-size} does). The attribute {@code braintrust.parent}, which
 * says where the span belongs, cannot be replaced.
 * <p>
 * A sampler takes the place of {@code braintrust.sampling.probability}. The parent
 * context that samplers and processors are given holds the parent span of the same
 * project, or none, and nothing else. What they throw does not reach the application; it
 * is logged once per project. Processors are flushed by
 * {@link BraintrustProjects#flush(java.time.Duration)} and shut down when the application
 * context closes.
 */
@FunctionalInterface
public interface ProjectTracerProviderCustomizer {

	/**
	 * Customize the tracer provider of a project.
	 * @param builder the builder of the provider, which has the project's sampler and an
	 * empty resource
	 */
	void customize(SdkTracerProviderBuilder builder);

}
