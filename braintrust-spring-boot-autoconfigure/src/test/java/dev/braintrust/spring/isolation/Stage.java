package dev.braintrust.spring.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One cell of the matrix: a task of the project "support" in its surroundings, and work
 * that must belong to the task wherever it runs. Without the starter there is no task,
 * only the surroundings and the work.
 */
final class Stage {

	private final App app;

	private final Surroundings surroundings;

	private final String name;

	private final List<ExecutorService> pools = new ArrayList<>();

	private volatile int works;

	Stage(App app, Surroundings surroundings, String name) {
		this.app = app;
		this.surroundings = surroundings;
		this.name = name;
	}

	App app() {
		return this.app;
	}

	/**
	 * Run code in a task in the surroundings.
	 */
	void open(Surroundings.Work body) throws Exception {
		this.surroundings.around(this.app, () -> task(body));
	}

	/**
	 * Run code in a task in the current context.
	 */
	void task(Surroundings.Work body) throws Exception {
		if (this.app.isTraced()) {
			projects().tracer("support").taskSpan(this.name).run((span) -> body.run());
		}
		else {
			body.run();
		}
	}

	/**
	 * The work itself.
	 */
	void work() {
		Span current = Span.current();
		assertThat(current).isNotInstanceOf(ProjectSpan.class);
		this.app.tracer().spanBuilder("app work").startSpan().end();
		if (this.app.isTraced()) {
			projects().tracer("support").llmSpan(this.name + " work").run((span) -> {
				assertStillCurrent(current);
				this.app.tracer().spanBuilder("app work inside").startSpan().end();
			});
			projects().tracer("research").llmSpan(this.name + " other").startSpan().end();
		}
		else {
			this.app.tracer().spanBuilder("app work inside").startSpan().end();
		}
		this.works++;
	}

	private void assertStillCurrent(Span span) {
		if (this.app.isBesideAgent()) {
			// The agent returns a new span object on each call.
			assertThat(Span.current().getSpanContext()).isEqualTo(span.getSpanContext());
		}
		else {
			assertThat(Span.current()).isSameAs(span);
		}
	}

	/**
	 * How many times the work has run.
	 */
	int works() {
		return this.works;
	}

	/**
	 * Run code in an observation.
	 */
	void observe(String observation, Surroundings.Work body) throws Exception {
		Observation.createNotStarted(observation, observations()).observeChecked(body::run);
	}

	ObservationRegistry observations() {
		return this.app.bean(ObservationRegistry.class);
	}

	private BraintrustProjects projects() {
		return this.app.bean(BraintrustProjects.class);
	}

	/**
	 * A pool of one thread. Its context must be clean after the work.
	 */
	ExecutorService pool() {
		ExecutorService pool = Executors.newSingleThreadExecutor();
		this.pools.add(pool);
		return pool;
	}

	/**
	 * The current contexts on the threads of the pools.
	 */
	List<Context> leftOnPools() throws Exception {
		List<Context> left = new ArrayList<>();
		for (ExecutorService pool : this.pools) {
			left.add(pool.submit(Context::current).get());
			pool.shutdown();
		}
		return left;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
