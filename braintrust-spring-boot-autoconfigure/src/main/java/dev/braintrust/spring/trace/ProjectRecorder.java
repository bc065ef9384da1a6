package dev.braintrust.spring.trace;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import org.jspecify.annotations.Nullable;

/**
 * The OpenTelemetry SDK that records the spans of a project, with the additions of
 * customizers. It does nothing if the project is off.
 */
final class ProjectRecorder {

	static final ProjectRecorder NONE = new ProjectRecorder(null, TracerProvider.noop(), null, Runnable::run);

	private final @Nullable Project project;

	private final TracerProvider provider;

	private final @Nullable SdkTracerProvider customized;

	// Processors may block, but a caller that flushes or closes waits only as long as
	// it wants.
	private final Executor executor;

	private CompletableFuture<?> flushed = CompletableFuture.completedFuture(null);

	private final AtomicReference<@Nullable CompletableResultCode> nextFlush = new AtomicReference<>();

	private volatile boolean closed;

	private ProjectRecorder(@Nullable Project project, TracerProvider provider, @Nullable SdkTracerProvider customized,
			Executor executor) {
		this.project = project;
		this.provider = provider;
		this.customized = customized;
		this.executor = executor;
	}

	static ProjectRecorder of(Project project, IdGenerator ids,
			Function<String, List<ProjectTracerProviderCustomizer>> customizers, Executor executor) {
		if (!project.isRecorded()) {
			return NONE;
		}
		try {
			List<ProjectTracerProviderCustomizer> own = customizers.apply(project.settings().key());
			SdkTracerProviderBuilder builder = builder(project.settings(), ids);
			own.forEach((customizer) -> customizer.customize(builder));
			// Rows of experiments are always sampled, even if a customizer replaced
			// the sampler.
			SdkTracerProvider provider = builder.setSampler(new RowsSampled(builder.build().getSampler())).build();
			return new ProjectRecorder(project, provider, own.isEmpty() ? null : provider, executor);
		}
		catch (LinkageError ex) {
			project.projectSwitch().incompatible(ex);
			return NONE;
		}
	}

	private static SdkTracerProviderBuilder builder(ProjectSettings settings, IdGenerator ids) {
		double probability = settings.samplingProbability();
		Sampler root = (probability < 1) ? Sampler.traceIdRatioBased(probability) : Sampler.alwaysOn();
		return SdkTracerProvider.builder()
			// Braintrust needs no resource. The application's own telemetry describes
			// the process.
			.setResource(Resource.empty())
			.setSampler(Sampler.parentBased(root))
			.setIdGenerator(ids)
			.addSpanProcessor(new EndsWanted());
	}

	// The recording provider. It must only receive contexts that this package creates.
	TracerProvider provider() {
		return this.provider;
	}

	// Start a span. A customizer's failing sampler or processor never fails the caller.
	Span start(SpanBuilder builder) {
		try {
			Span span = builder.startSpan();
			started(span);
			return span;
		}
		catch (Throwable ex) {
			failed(ex);
			return Span.getInvalid();
		}
	}

	// If a span that must record does not, the libraries are incompatible.
	private void started(Span span) {
		if (!(span instanceof ReadableSpan) && this.project != null && !this.closed) {
			SpanContext context = span.getSpanContext();
			// A span that a sampler refuses still has ids; a span of a no-op tracer has
			// no ids.
			if (!context.isValid() || context.isSampled()) {
				this.project.projectSwitch().unrecorded();
			}
		}
	}

	// A sampler or processor of a customizer has failed.
	void failed(Throwable failure) {
		Project project = this.project;
		if (project == null) {
			return;
		}
		if (failure instanceof LinkageError error) {
			project.projectSwitch().incompatible(error);
		}
		else {
			project.warn("customizer", "A sampler or a span processor that was added to the Braintrust project '"
					+ project.settings().key() + "' failed.", failure);
		}
	}

	// At most one flush runs. Callers meanwhile share one pending flush: it may hang.
	synchronized CompletableResultCode flush() {
		CompletableResultCode next = this.nextFlush.get();
		if (next == null) {
			next = new CompletableResultCode();
			this.nextFlush.set(next);
			this.flushed = call(this.flushed, (provider) -> {
				this.nextFlush.set(null);
				return provider.forceFlush();
			}, next);
		}
		return next;
	}

	CompletableResultCode close() {
		this.closed = true;
		CompletableResultCode result = new CompletableResultCode();
		call(CompletableFuture.completedFuture(null), SdkTracerProvider::shutdown, result);
		return result;
	}

	private CompletableFuture<?> call(CompletableFuture<?> before,
			Function<SdkTracerProvider, CompletableResultCode> action, CompletableResultCode result) {
		SdkTracerProvider provider = this.customized;
		if (provider == null) {
			result.succeed();
			return before;
		}
		return before.thenRunAsync(() -> call(provider, action, result), this.executor).exceptionally((failure) -> {
			// The context has closed, or no thread is available.
			this.nextFlush.set(null);
			result.fail();
			return null;
		});
	}

	private void call(SdkTracerProvider provider, Function<SdkTracerProvider, CompletableResultCode> action,
			CompletableResultCode result) {
		try {
			CompletableResultCode called = action.apply(provider);
			called.whenComplete(() -> {
				if (called.isSuccess()) {
					result.succeed();
				}
				else {
					result.fail();
				}
			});
		}
		catch (Throwable ex) {
			failed(ex);
			result.fail();
		}
	}

	// Tell the sampler that a span is inside a row of an experiment.
	static Context inRow(Context parent) {
		return parent.with(RowsSampled.ROW, Boolean.TRUE);
	}

	/**
	 * Samples all spans inside rows of experiments and delegates the decision about other
	 * spans.
	 */
	private record RowsSampled(Sampler others) implements Sampler {

		static final ContextKey<Boolean> ROW = ContextKey.named("braintrust-row");

		@Override
		public SamplingResult shouldSample(Context parentContext, String traceId, String name, SpanKind spanKind,
				Attributes attributes, List<LinkData> parentLinks) {
			return (parentContext.get(ROW) != null) ? SamplingResult.recordAndSample()
					: this.others.shouldSample(parentContext, traceId, name, spanKind, attributes, parentLinks);
		}

		@Override
		public String getDescription() {
			return this.others.getDescription();
		}

	}

	/**
	 * Does nothing. From OpenTelemetry 1.67 on, an SDK records nothing unless a processor
	 * requires the end of spans.
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
