package dev.braintrust.spring.trace.micrometer;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.contextpropagation.ObservationAwareSpanThreadLocalAccessor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of project spans in Micrometer's context propagation, together with other
 * accessors.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProjectContextAccessorTests {

	private final ContextRegistry registry = new ContextRegistry();

	private final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder()
		.contextRegistry(this.registry)
		.build();

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class,
				OpenTelemetrySdkAutoConfiguration.class, OpenTelemetryTracingAutoConfiguration.class,
				MicrometerTracingAutoConfiguration.class, BraintrustAutoConfiguration.class,
				BraintrustContextPropagationAutoConfiguration.class, BraintrustObservationAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.enabled=false", "braintrust.projects.research.enabled=false");

	@AfterEach
	void stop() throws InterruptedException {
		this.thread.shutdown();
		assertThat(this.thread.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void spansOfMicrometerHideNoProjectSpanWhereTheirAccessorIsOlder() {
		run((context, tracer) -> {
			this.registry.registerThreadLocalAccessor(spans(context));
			ProjectContextAccessor.register(this.registry);
			inMicrometerSpan(context, () -> assertCarried(tracer, true));
		});
	}

	@Test
	void spansOfMicrometerHideNoProjectSpanFromTheSecondCaptureOnWhereTheirAccessorIsNewer() {
		run((context, tracer) -> {
			ProjectContextAccessor.register(this.registry);
			this.registry.registerThreadLocalAccessor(spans(context));
			inMicrometerSpan(context, () -> {
				assertCarried(tracer, false);
				assertCarried(tracer, true);
			});
			assertThat(keys()).containsExactly("braintrust.projects", "micrometer.tracing", "braintrust.projects.2");
		});
	}

	@Test
	void observationsHideNoProjectSpanWhereTheirAccessorIsLoadedAgain() {
		run((context, tracer) -> {
			ThreadLocalAccessor<?> observations = new ObservationThreadLocalAccessor(
					context.getBean(ObservationRegistry.class));
			this.registry.registerThreadLocalAccessor(observations);
			ProjectContextAccessor.register(this.registry);
			this.registry.registerThreadLocalAccessor(observations);
			ProjectContextAccessor.register(this.registry);
			Observation.createNotStarted("ambient", context.getBean(ObservationRegistry.class))
				.observe(() -> assertCarried(tracer, true));
		});
	}

	@Test
	void whatIsOpenWhileAnAccessorIsAppendedIsTakenBack() throws Exception {
		this.runner.run((context) -> {
			ProjectTracer tracer = tracer(context, "support");
			ProjectContextAccessor.register(this.registry);
			tracer.taskSpan("task").run((span) -> {
				Context before = Context.current();
				ContextSnapshot snapshot = this.snapshots.captureAll();
				try (ContextSnapshot.Scope ignored = snapshot.setThreadLocals()) {
					this.registry.registerThreadLocalAccessor("other", new ThreadLocal<>());
					ProjectContextAccessor.register(this.registry);
				}
				assertThat(Context.current()).isSameAs(before);
			});
		});
	}

	@Test
	void registryOfWhichSomebodyElseIsAlwaysTheLastStaysSmallAndThatIsSaidOnce(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			ProjectContextAccessor.register(this.registry);
			this.registry.registerThreadLocalAccessor("other", new ThreadLocal<>());
		}
		assertThat(keys()).hasSizeLessThanOrEqualTo(ProjectContextAccessor.LIMIT + 1);
		assertThat(output).containsOnlyOnce("they may hide the spans of Braintrust projects from other threads");
	}

	@Test
	void snapshotWithoutAProjectSpanClearsWhereMissingValuesAre() throws Exception {
		ContextSnapshot empty = ContextSnapshotFactory.builder()
			.contextRegistry(this.registry)
			.clearMissing(true)
			.build()
			.captureAll();
		run((context, tracer) -> {
			ProjectContextAccessor.register(this.registry);
			tracer.taskSpan("task").run((span) -> {
				try (ContextSnapshot.Scope ignored = empty.setThreadLocals()) {
					assertThat(tracer.currentSpan()).isNotSameAs(span);
				}
				assertThat(tracer.currentSpan()).isSameAs(span);
			});
		});
	}

	@Test
	void nothingButTheProjectSpansIsSet() {
		run((context, tracer) -> {
			ProjectContextAccessor.register(this.registry);
			io.opentelemetry.api.trace.Span ambient = context.getBean(io.opentelemetry.api.trace.Tracer.class)
				.spanBuilder("ambient")
				.startSpan();
			tracer.taskSpan("task").run((span) -> {
				ContextSnapshot snapshot = this.snapshots.captureAll();
				tracer(context, "research").taskSpan("other").run((other) -> {
					try (Scope ignored = ambient.makeCurrent();
							ContextSnapshot.Scope set = snapshot.setThreadLocals()) {
						assertThat(io.opentelemetry.api.trace.Span.current()).isSameAs(ambient);
						assertThat(tracer.currentSpan()).isSameAs(span);
						assertThat(tracer(context, "research").currentSpan()).isNotSameAs(other);
					}
					assertThat(tracer(context, "research").currentSpan()).isSameAs(other);
				});
			});
		});
	}

	@Test
	void closingOfAContextTakesNothingFromAnother() {
		run((context, tracer) -> {
			this.runner.run((another) -> assertThat(another).hasNotFailed());
			tracer.taskSpan("task").run((span) -> {
				ContextSnapshot snapshot = ContextSnapshotFactory.builder().build().captureAll();
				assertThat(on(this.thread, () -> snapshot.wrap(tracer::currentSpan).call())).isSameAs(span);
			});
		});
	}

	@Test
	void withoutContextPropagationTheRestIsThere() {
		this.runner.withClassLoader(new FilteredClassLoader(ContextRegistry.class)).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(BraintrustContextPropagationAutoConfiguration.class);
			ProjectTracer tracer = tracer(context, "support");
			tracer.taskSpan("task").run((span) -> {
				Observation.createNotStarted("inside", context.getBean(ObservationRegistry.class))
					.observe(() -> assertThat(tracer.currentSpan()).isSameAs(span));
				assertThat(on(Context.taskWrapping(this.thread), tracer::currentSpan)).isSameAs(span);
			});
		});
	}

	private void run(BiConsumer<ApplicationContext, ProjectTracer> test) {
		this.runner.run((context) -> test.accept(context, tracer(context, "support")));
	}

	private static ProjectTracer tracer(ApplicationContext context, String key) {
		return context.getBean(BraintrustProjects.class).tracer(key);
	}

	private static ThreadLocalAccessor<?> spans(ApplicationContext context) {
		return new ObservationAwareSpanThreadLocalAccessor(context.getBean(ObservationRegistry.class),
				context.getBean(Tracer.class));
	}

	private static void inMicrometerSpan(ApplicationContext context, Runnable work) {
		Span span = context.getBean(Tracer.class).nextSpan().name("ambient").start();
		try (Tracer.SpanInScope ignored = context.getBean(Tracer.class).withSpan(span)) {
			work.run();
		}
		finally {
			span.end();
		}
	}

	private void assertCarried(ProjectTracer tracer, boolean carried) {
		tracer.taskSpan("task").run((span) -> {
			io.opentelemetry.api.trace.Span app = io.opentelemetry.api.trace.Span.current();
			ContextSnapshot snapshot = this.snapshots.captureAll();
			List<Object> current = on(this.thread,
					() -> snapshot
						.wrap(() -> List.<Object>of(tracer.currentSpan(),
								io.opentelemetry.api.trace.Span.current().getSpanContext()))
						.call());
			assertThat(current.get(0) == span).isEqualTo(carried);
			assertThat(current.get(1)).isEqualTo(app.getSpanContext());
			assertThat(on(this.thread, Context::current)).isSameAs(Context.root());
		});
	}

	private static <T> T on(ExecutorService executor, Callable<T> work) {
		try {
			return executor.submit(work).get();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<Object> keys() {
		return this.registry.getThreadLocalAccessors().stream().<Object>map(ThreadLocalAccessor::key).toList();
	}

}
