package dev.braintrust.spring.trace;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.RecordedProjects;
import dev.braintrust.spring.trace.micrometer.ObservedProjectContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.DisposableBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a long-lived thread holds no reference to closed projects, because it would
 * also hold the application's class loader.
 */
class ClosedProjectsTests {

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	@AfterEach
	void close() {
		this.executor.shutdownNow();
	}

	@Test
	void threadThatWorkedForAProjectDoesNotHoldIt() throws Exception {
		WeakReference<Object> closed = this.executor.submit(this::work).get();
		await().untilAsserted(() -> {
			System.gc();
			assertThat(closed.refersTo(null)).isTrue();
		});
		assertThat(this.executor.submit(Context::current).get()).isSameAs(Context.root());
	}

	private WeakReference<Object> work() throws Exception {
		BraintrustProjects projects = RecordedProjects.of(Set.of("support"), (project, span) -> span.get(),
				(declared) -> List.of());
		ProjectTracer tracer = projects.tracer("support");
		tracer.inTrace("conversation", "turn").run((span) -> tracer.toolSpan("tool").run((tool) -> {
		}));
		ObservationRegistry registry = ObservationRegistry.create();
		ObservedProjectContext observed = new ObservedProjectContext();
		observed.postProcessBeforeInitialization(registry, "registry");
		registry.observationConfig()
			.observationHandler(new FailingHandler())
			.observationHandler(observed.lastHandler());
		tracer.taskSpan("task")
			.run((span) -> assertThatIllegalStateException()
				.isThrownBy(() -> Observation.start("observed", registry).openScope()));
		((DisposableBean) projects).destroy();
		return new WeakReference<>(((DefaultProjectSpan) tracer.currentSpan()).project());
	}

	private static final class FailingHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onScopeOpened(Observation.Context context) {
			throw new IllegalStateException("broken");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
