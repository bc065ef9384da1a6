package dev.braintrust.spring.isolation;

import dev.braintrust.spring.BraintrustProjects;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ImplicitContextKeyed;
import io.opentelemetry.context.Scope;

/**
 * The columns of the matrix: the current context when a project span starts.
 */
enum Surroundings {

	NOTHING("nothing") {

		@Override
		void around(App app, Work work) throws Exception {
			work.run();
		}

	},

	OPENTELEMETRY_SPAN("an OpenTelemetry span") {

		@Override
		void around(App app, Work work) throws Exception {
			Span span = app.tracer().spanBuilder("ambient").startSpan();
			try {
				within(span, work);
			}
			finally {
				span.end();
			}
		}

	},

	OBSERVATION("an observation") {

		@Override
		void around(App app, Work work) throws Exception {
			Observation.createNotStarted("ambient", app.bean(ObservationRegistry.class)).observeChecked(work::run);
		}

	},

	MICROMETER_SPAN("a Micrometer span") {

		@Override
		void around(App app, Work work) throws Exception {
			io.micrometer.tracing.Tracer tracer = app.bean(io.micrometer.tracing.Tracer.class);
			io.micrometer.tracing.Span span = tracer.nextSpan().name("ambient").start();
			try (io.micrometer.tracing.Tracer.SpanInScope ignored = tracer.withSpan(span)) {
				work.run();
			}
			finally {
				span.end();
			}
		}

	},

	UNSAMPLED_SPAN("an unsampled span") {

		@Override
		void around(App app, Work work) throws Exception {
			within(Span.wrap(SpanContext.create("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
					TraceFlags.getDefault(), TraceState.getDefault())), work);
		}

	},

	BAGGAGE("baggage of a project") {

		@Override
		void around(App app, Work work) throws Exception {
			within(Baggage.builder().put("braintrust.parent", "project_id:r-1").build(), work);
		}

	},

	OTHER_PROJECT("another project's span") {

		@Override
		void around(App app, Work work) throws Exception {
			if (app.isTraced()) {
				app.bean(BraintrustProjects.class).tracer("research").taskSpan("ambient").run((span) -> work.run());
			}
			else {
				work.run();
			}
		}

	},

	ROW("a row of an experiment") {

		@Override
		void around(App app, Work work) throws Exception {
			if (app.isTraced()) {
				within(app.openRow(), work);
			}
			else {
				work.run();
			}
		}

	};

	private final String title;

	Surroundings(String title) {
		this.title = title;
	}

	/**
	 * Run code in these surroundings.
	 */
	abstract void around(App app, Work work) throws Exception;

	static void within(ImplicitContextKeyed value, Work work) throws Exception {
		try (Scope ignored = Context.current().with(value).makeCurrent()) {
			work.run();
		}
	}

	@Override
	public String toString() {
		return this.title;
	}

	/**
	 * Code to run.
	 */
	interface Work {

		void run() throws Exception;

	}

}
