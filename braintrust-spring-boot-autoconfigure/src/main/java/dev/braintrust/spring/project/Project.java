package dev.braintrust.spring.project;

import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.jspecify.annotations.Nullable;

/**
 * A declared project: its settings and the OpenTelemetry SDK that records its spans. Its
 * identity is what keeps its spans apart from those of all others.
 */
final class Project {

	private final ProjectSettings settings;

	private final SpanJson json;

	private final TracerProvider recorder;

	/**
	 * Create a project.
	 * @param settings the settings
	 * @param processor what takes ended spans, or {@code null} where nothing is recorded
	 */
	Project(ProjectSettings settings, @Nullable SpanProcessor processor) {
		this.settings = settings;
		this.json = new SpanJson(settings.attachments());
		this.recorder = (processor != null) ? recorder(settings, processor) : TracerProvider.noop();
	}

	private static SdkTracerProvider recorder(ProjectSettings settings, SpanProcessor processor) {
		double probability = settings.samplingProbability();
		Sampler root = (probability < 1) ? Sampler.traceIdRatioBased(probability) : Sampler.alwaysOn();
		return SdkTracerProvider.builder()
			// Braintrust asks for no resource; what the process is stands in the
			// application's own
			// telemetry.
			.setResource(Resource.empty())
			.setSampler(Sampler.parentBased(root))
			.addSpanProcessor(processor)
			.build();
	}

	ProjectSettings settings() {
		return this.settings;
	}

	SpanJson json() {
		return this.json;
	}

	/**
	 * The provider that records. It must see contexts made by this package alone.
	 * @return the provider
	 */
	TracerProvider recorder() {
		return this.recorder;
	}

	@Override
	public String toString() {
		return "Project[" + this.settings.key() + "]";
	}

}
