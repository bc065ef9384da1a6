package dev.braintrust.spring.isolation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import org.opentest4j.TestAbortedException;
import reactor.core.publisher.Hooks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs all cells of the matrix together with the Java agent, first in applications
 * without the starter, then with it.
 */
public final class AgentMatrix {

	/**
	 * The agent's span that marks the beginning of the part with the starter.
	 */
	static final String STARTER = "the starter";

	private final Map<App.Kind, App> untraced = new EnumMap<>(App.Kind.class);

	private final Map<App.Kind, App> traced = new EnumMap<>(App.Kind.class);

	private AgentMatrix(String receiver) {
		for (App.Kind kind : App.Kind.values()) {
			this.untraced.put(kind, new App(kind, false, true, receiver));
			this.traced.put(kind, new App(kind, true, true, receiver));
		}
	}

	/**
	 * Run in a separate process.
	 * @param args the URL of the receiver of project spans
	 */
	public static void main(String[] args) throws Exception {
		AgentMatrix matrix = new AgentMatrix(args[0]);
		run(matrix.untraced);
		matrix.untraced.get(App.Kind.PLAIN).tracer().spanBuilder(STARTER).startSpan().end();
		run(matrix.traced);
		matrix.traced.values()
			.forEach((app) -> assertThat(app.bean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue());
		System.exit(0);
	}

	private static void run(Map<App.Kind, App> apps) throws Exception {
		for (Route route : Route.values()) {
			if (route.kind() == App.Kind.PROPAGATING) {
				Hooks.enableAutomaticContextPropagation();
			}
			else {
				Hooks.disableAutomaticContextPropagation();
			}
			run(route, apps.get(route.kind()));
		}
	}

	private static void run(Route route, App app) throws Exception {
		Stage stage = new Stage(app, Surroundings.OPENTELEMETRY_SPAN, route.name());
		try {
			Span span = app.tracer().spanBuilder(route.name()).startSpan();
			Surroundings.within(span, () -> route.run(stage));
			span.end();
		}
		catch (TestAbortedException ex) {
			return;
		}
		catch (Exception | Error ex) {
			throw new IllegalStateException(route + (app.isTraced() ? " with" : " without") + " the starter", ex);
		}
		assertThat(stage.works()).as("times the work was done by %s", route).isOne();
		assertThat(Span.current().getSpanContext().isValid()).as("a span is current after %s", route).isFalse();
		assertThat(stage.leftOnPools()).as("what is current on the threads after %s", route)
			.allMatch(AgentMatrix::isEmpty);
	}

	private static boolean isEmpty(Context context) {
		return !Span.fromContext(context).getSpanContext().isValid();
	}

}
