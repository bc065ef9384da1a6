package dev.braintrust.spring.project;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.ProjectProperties;
import dev.braintrust.spring.properties.ProjectSettings;
import dev.braintrust.spring.properties.ProjectSettingsResolver;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.StandardEnvironment;

/**
 * Tracers for benchmarks: their spans are recorded and go nowhere.
 */
public final class BenchmarkTracers {

	private BenchmarkTracers() {
	}

	public static ProjectTracer recording() {
		return tracer(SpanProcessor.composite(), 1);
	}

	public static ProjectTracer unsampled() {
		return tracer(SpanProcessor.composite(), 0);
	}

	public static ProjectTracer off() {
		return tracer(null, 1);
	}

	private static ProjectTracer tracer(@Nullable SpanProcessor processor, double probability) {
		BraintrustProperties properties = new BraintrustProperties();
		properties.setApiKey("none");
		properties.getSampling().setProbability(probability);
		properties.getProjects().put("benchmark", new ProjectProperties());
		ProjectSettings settings = new ProjectSettingsResolver(properties, new StandardEnvironment()).resolve().get(0);
		return new ProjectTracerProvider(new Project(settings, processor)).tracer();
	}

}
