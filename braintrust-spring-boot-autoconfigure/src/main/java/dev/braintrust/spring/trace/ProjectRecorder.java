package dev.braintrust.spring.trace;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The OpenTelemetry SDK that records the spans of a project, with what customizers added
 * to it, or nothing where the project is off.
 */
final class ProjectRecorder {

	private static final Log logger = LogFactory.getLog(ProjectRecorder.class);

	private static final ProjectRecorder NONE = new ProjectRecorder("", TracerProvider.noop(), null, null);

	private final String key;

	private final TracerProvider provider;

	private final @Nullable SdkTracerProvider customized;

	private final @Nullable ProjectSwitch projectSwitch;

	private final AtomicBoolean failed = new AtomicBoolean();

	private volatile boolean closed;

	private ProjectRecorder(String key, TracerProvider provider, @Nullable SdkTracerProvider customized,
			@Nullable ProjectSwitch projectSwitch) {
		this.key = key;
		this.provider = provider;
		this.customized = customized;
		this.projectSwitch = projectSwitch;
	}

	// A recorder that records nothing.
	static ProjectRecorder none() {
		return NONE;
	}

	static ProjectRecorder of(ProjectSettings settings, IdGenerator ids,
			List<ProjectTracerProviderCustomizer> customizers, ProjectSwitch projectSwitch) {
		if (customizers.isEmpty()) {
			return new ProjectRecorder(settings.key(), builder(settings, ids).build(), null, projectSwitch);
		}
		SdkTracerProviderBuilder builder = builder(settings, ids);
		customizers.forEach((customizer) -> customizer.customize(builder));
		SdkTracerProvider provider = builder.build();
		return new ProjectRecorder(settings.key(), provider, provider, projectSwitch);
	}

	private static SdkTracerProviderBuilder builder(ProjectSettings settings, IdGenerator ids) {
		double probability = settings.samplingProbability();
		Sampler root = (probability < 1) ? Sampler.traceIdRatioBased(probability) : Sampler.alwaysOn();
		return SdkTracerProvider.builder()
			// Braintrust asks for no resource; what the process is stands in the
			// application's own telemetry.
			.setResource(Resource.empty())
			.setSampler(Sampler.parentBased(root))
			.setIdGenerator(ids)
			.addSpanProcessor(new EndsWanted());
	}

	// The provider that records. It must see contexts made by this package alone.
	TracerProvider provider() {
		return this.provider;
	}

	// A span has started. If it should record and does not, the libraries do not fit.
	void started(Span span) {
		if (!(span instanceof ReadableSpan) && this.projectSwitch != null && !this.closed) {
			SpanContext context = span.getSpanContext();
			// A sampler says no to a span with ids, and a tracer that does nothing makes
			// none.
			if (!context.isValid() || context.isSampled()) {
				this.projectSwitch.unrecorded();
			}
		}
	}

	// What a customizer added failed. That must not fail the work that is traced, and is
	// said once.
	void failed(Throwable failure) {
		if (failure instanceof LinkageError error && this.projectSwitch != null) {
			this.projectSwitch.incompatible(error);
		}
		else if (this.failed.compareAndSet(false, true)) {
			logger.warn("A sampler or a span processor that was added to the Braintrust project '" + this.key
					+ "' failed; its further failures are not logged", failure);
		}
	}

	CompletableResultCode flush() {
		return processors(SdkTracerProvider::forceFlush);
	}

	CompletableResultCode close() {
		this.closed = true;
		return processors(SdkTracerProvider::shutdown);
	}

	private CompletableResultCode processors(Function<SdkTracerProvider, CompletableResultCode> action) {
		try {
			return (this.customized != null) ? action.apply(this.customized) : CompletableResultCode.ofSuccess();
		}
		catch (RuntimeException | LinkageError ex) {
			failed(ex);
			return CompletableResultCode.ofFailure();
		}
	}

	/**
	 * Does nothing. An SDK without a processor that wants ends records nothing, from
	 * OpenTelemetry 1.67 on.
	 */
	private static final class EndsWanted implements SpanProcessor {

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

}
