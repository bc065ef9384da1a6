package dev.braintrust.spring;

import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;

/**
 * Customizes the OpenTelemetry SDK of a project before it is built: add span processors,
 * replace the sampler or the span limits, or add attributes to the resource. Declare a
 * bean, for all projects or, with {@link BraintrustProject @BraintrustProject}, for one:
 *
 * <pre class="code">
 * &#64;Bean
 * &#64;BraintrustProject("support")
 * ProjectTracerProviderCustomizer region() {
 * 	return (provider) -&gt; provider.addResource(Resource.create(Attributes.of(REGION, "eu")));
 * }
 * </pre>
 *
 * Customizers are called in their order at startup, once for each project that is on. If
 * one throws, startup fails. Processors and samplers see the spans of that project only.
 * Create them inside the customizer: if they are beans, they become part of the
 * application's own tracing.
 * <p>
 * Span processors do not see the content of a span (input, output, metadata, metrics,
 * scores, tags and errors), and span limits do not cut it: it is written when the span is
 * sent. Use {@code capture.max-field-size} to limit it. You cannot replace the attribute
 * {@code braintrust.parent}, the project of the span.
 * <p>
 * A sampler overrides {@code braintrust.sampling.probability}. Samplers and processors
 * get a parent context that contains at most the parent span of the same project. Their
 * exceptions do not reach the application; the starter logs them once per project.
 * Processors are flushed by {@link BraintrustProjects#flush(java.time.Duration)} and shut
 * down when the application context closes.
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
