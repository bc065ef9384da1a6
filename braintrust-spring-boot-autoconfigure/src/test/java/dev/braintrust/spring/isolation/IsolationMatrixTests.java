package dev.braintrust.spring.isolation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Hooks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the work of a task stays in the task for all routes to other threads and in
 * all surroundings, and that the application's own spans are the same as without the
 * starter. {@code docs/isolation.md} shows the cells as a table.
 */
class IsolationMatrixTests {

	private static final Map<App.Kind, App> traced = new EnumMap<>(App.Kind.class);

	private static final Map<App.Kind, App> untraced = new EnumMap<>(App.Kind.class);

	private static BraintrustServer receiver;

	@BeforeAll
	static void start() {
		receiver = new BraintrustServer();
		for (App.Kind kind : App.Kind.values()) {
			traced.put(kind, new App(kind, true, false, receiver.url()));
			untraced.put(kind, new App(kind, false, false, receiver.url()));
		}
	}

	@AfterAll
	static void stop() {
		traced.values().forEach(App::close);
		untraced.values().forEach(App::close);
		receiver.close();
		Hooks.disableAutomaticContextPropagation();
	}

	static Stream<Arguments> cells() {
		return Stream.of(Route.values())
			.flatMap((route) -> Stream.of(Surroundings.values())
				.map((surroundings) -> Arguments.of(route, surroundings)));
	}

	@ParameterizedTest(name = "{0} / {1}")
	@MethodSource("cells")
	void workStaysInItsTask(Route route, Surroundings surroundings) throws Exception {
		// Boot's setting is global to the JVM.
		if (route.kind() == App.Kind.PROPAGATING) {
			Hooks.enableAutomaticContextPropagation();
		}
		else {
			Hooks.disableAutomaticContextPropagation();
		}
		String name = route.name() + "/" + surroundings.name();
		List<String> without = run(route, surroundings, untraced.get(route.kind()), name);
		List<String> with = run(route, surroundings, traced.get(route.kind()), name);
		assertThat(with).as("spans of the application").isEqualTo(without);
		assertSpans(route, surroundings, name);
	}

	private static List<String> run(Route route, Surroundings surroundings, App app, String name) throws Exception {
		app.bean(AppSpans.class).forget();
		Stage stage = new Stage(app, surroundings, name);
		route.run(stage);
		app.endRows();
		assertThat(stage.works()).as("times the work was done").isOne();
		assertThat(Context.current()).as("what is current afterwards").isSameAs(Context.root());
		assertThat(stage.leftOnPools()).as("what is current on the threads afterwards")
			.allMatch((context) -> context == Context.root());
		return app.bean(AppSpans.class).take();
	}

	private static void assertSpans(Route route, Surroundings surroundings, String name) {
		assertThat(traced.get(route.kind()).bean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
		List<ReceivedSpan> spans = receiver.spans();
		ReceivedSpan task = named(spans, name);
		ReceivedSpan work = named(spans, name + " work");
		ReceivedSpan other = named(spans, name + " other");
		boolean inRow = surroundings == Surroundings.ROW;
		String parent = inRow ? root(task, spans).parent() : "project_name:Support Agent";
		assertGoesTo(parent, task);
		assertGoesTo(route.holds() ? parent : "project_name:Support Agent", work);
		assertThat(other.request().parent()).isEqualTo("project_id:r-1");
		if (inRow) {
			assertRow(root(task, spans), spans);
		}
		assertThat(task.isRoot()).isEqualTo(!inRow);
		if (route.holds()) {
			assertThat(ancestors(work, spans)).contains(task);
		}
		else {
			assertThat(work.isRoot()).as("work is lost to its task").isTrue();
		}
		boolean below = surroundings == Surroundings.OTHER_PROJECT && route.holds();
		assertThat(other.isRoot()).isEqualTo(!below);
	}

	private static void assertGoesTo(String parent, ReceivedSpan span) {
		assertThat(span.parent()).isEqualTo(parent);
		assertThat(span.request().parent()).isEqualTo(parent);
	}

	// The trace of a row has one root, and no other spans are in its experiment.
	private static void assertRow(ReceivedSpan row, List<ReceivedSpan> spans) {
		assertThat(row.name()).isEqualTo("eval");
		assertThat(row.parent()).startsWith("experiment_id:");
		assertThat(spans).filteredOn((span) -> span.traceId().equals(row.traceId()))
			.allMatch((span) -> span.parent().equals(row.parent()))
			.filteredOn(ReceivedSpan::isRoot)
			.containsExactly(row);
		assertThat(spans).filteredOn((span) -> span.parent().equals(row.parent()))
			.allMatch((span) -> span.traceId().equals(row.traceId()));
	}

	private static ReceivedSpan root(ReceivedSpan span, List<ReceivedSpan> spans) {
		List<ReceivedSpan> ancestors = ancestors(span, spans);
		return ancestors.isEmpty() ? span : ancestors.get(ancestors.size() - 1);
	}

	private static List<ReceivedSpan> ancestors(ReceivedSpan span, List<ReceivedSpan> spans) {
		List<ReceivedSpan> ancestors = new ArrayList<>();
		ReceivedSpan current = span;
		while (!current.isRoot()) {
			ReceivedSpan child = current;
			current = spans.stream().filter(child::isChildOf).findFirst().orElseThrow();
			ancestors.add(current);
		}
		return ancestors;
	}

	private static ReceivedSpan named(List<ReceivedSpan> spans, String name) {
		return spans.stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

}
