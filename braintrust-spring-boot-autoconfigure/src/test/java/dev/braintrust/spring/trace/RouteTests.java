package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.trace.route.Route.Others;
import dev.braintrust.spring.trace.route.RoutedRow;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the destination of spans inside the rows of an experiment.
 */
class RouteTests {

	private static final String EXPERIMENT = "experiment_id:e-1";

	private static final String SUPPORT = "project_name:Support Agent";

	private static final String RESEARCH = "project_id:r-1";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void spansOfARowGoToTheExperimentInARequestOfTheirOwn() {
		run(Others.SEPARATE, (row) -> {
			row.support.taskSpan("agent").run((span) -> row.support.llmSpan("model").run((llm) -> {
			}));
			assertThat(row.support.currentSpan().getSpanContext().getTraceId()).isEqualTo(row.traceId());
		});
		assertThat(names(EXPERIMENT)).containsExactly("model", "agent", "task", "eval");
		assertThat(this.receiver.spans()).allSatisfy((span) -> {
			assertThat(span.request().parent()).isEqualTo(EXPERIMENT);
			assertThat(span.traceId()).isEqualTo(named("eval").traceId());
			assertThat(span.isRoot()).isEqualTo(span.name().equals("eval"));
		});
		assertThat(named("eval").json("braintrust.span_attributes"))
			.isEqualTo(ReceivedSpan.parse("{\"type\":\"eval\",\"name\":\"eval\"}"));
		assertThat(named("task").json("braintrust.span_attributes"))
			.isEqualTo(ReceivedSpan.parse("{\"type\":\"task\",\"name\":\"task\"}"));
	}

	@Test
	void spansOutsideOfRowsGoToTheLogsMeanwhile() {
		this.runner.run((context) -> {
			ProjectTracer support = context.getBean(BraintrustProjects.class).tracer("support");
			try (RowTracer rows = rows(support, Others.SEPARATE)) {
				support.taskSpan("before").run((span) -> {
				});
				row(rows, support, null, (row) -> {
				});
				support.taskSpan("after").run((span) -> {
				});
				assertThat(rows.route().strays()).isEqualTo(2);
				assertThat(rows.route().strayNames()).containsExactly("before", "after");
				flush(rows);
			}
			support.taskSpan("later").run((span) -> {
			});
		});
		assertThat(names(SUPPORT)).containsExactly("before", "after", "later");
		assertThat(names(EXPERIMENT)).containsExactly("task", "eval");
	}

	@Test
	void rootsAndConversationsInsideARowAreBelowTheRow() {
		Stored empty = new Stored();
		run(Others.SEPARATE, (row) -> {
			row.support.rootSpan("root").run((span) -> {
			});
			row.support.taskSpan("detached").setNoParent().run((span) -> {
			});
			row.support.inTrace(empty, "turn").run((span) -> {
			});
			row.support.inTrace("c-1", "derived turn").run((span) -> {
			});
			row.support.inTrace(new Stored(), "c-1", "both").run((span) -> {
			});
		});
		assertThat(names(EXPERIMENT)).containsExactly("root", "detached", "turn", "derived turn", "both", "task",
				"eval");
		ReceivedSpan task = named("task");
		assertThat(this.receiver.spans()).filteredOn((span) -> !span.name().equals("eval") && span != task)
			.allMatch((span) -> span.isChildOf(task) && span.links().isEmpty());
		// The next turn in the same row continues that trace.
		assertThat(empty.traceparent).contains(task.traceId());
	}

	@Test
	void conversationOfAnotherTraceIsLinkedAndNotContinued() {
		Stored stored = new Stored();
		run(Others.SEPARATE, (row) -> row.support.inTrace(stored, "turn").run((span) -> {
		}), (support) -> support.inTrace(stored, "first turn").run((span) -> {
		}));
		ReceivedSpan turn = named("turn");
		assertThat(turn.isChildOf(named("task"))).isTrue();
		assertThat(turn.links()).containsExactly(named("first turn").asLink());
		assertThat(names(SUPPORT)).containsExactly("first turn");
	}

	@Test
	void conversationThatARowHasStoredStartsAnewWhenTheExperimentIsOver() {
		Stored stored = new Stored();
		Stored withId = new Stored();
		this.runner.run((context) -> {
			ProjectTracer support = context.getBean(BraintrustProjects.class).tracer("support");
			try (RowTracer rows = rows(support, Others.SEPARATE)) {
				row(rows, support, null, (row) -> {
					support.inTrace(stored, "turn in the row").run((span) -> {
					});
					support.inTrace(withId, "c-1", "another turn in the row").run((span) -> {
					});
				});
				flush(rows);
			}
			support.inTrace(stored, "first").run((span) -> {
			});
			support.inTrace(stored, "second").run((span) -> {
			});
			support.inTrace(withId, "c-1", "with an id").run((span) -> {
			});
		});
		assertThat(names(SUPPORT)).containsExactly("first", "second", "conversation", "with an id");
		assertThat(named("first").isRoot()).isTrue();
		assertThat(named("second").isChildOf(named("first"))).isTrue();
		assertThat(named("with an id").isChildOf(named("conversation"))).isTrue();
	}

	@Test
	void traceOfARowIsContinuedOnAnyThread() {
		Stored stored = new Stored();
		run(Others.SEPARATE, (row) -> {
			row.support.inTrace(stored, "first turn").run((span) -> {
			});
			Map<String, String> headers = new HashMap<>();
			row.support.propagator().inject(Context.current(), headers, Map::put);
			assertThat(headers.get("baggage")).isEqualTo("braintrust.parent=" + EXPERIMENT);
			elsewhere(() -> {
				row.support.inTrace(stored, "second turn").run((span) -> {
				});
				Context received = row.support.propagator().extract(Context.root(), headers, new Getter());
				try (Scope scope = received.makeCurrent()) {
					row.support.taskSpan("server").run((span) -> row.support.rootSpan("its root").run((root) -> {
					}));
				}
			});
		});
		assertThat(names(EXPERIMENT)).containsExactly("first turn", "second turn", "its root", "server", "task",
				"eval");
		assertThat(named("second turn").isChildOf(named("task"))).isTrue();
		assertThat(named("server").isChildOf(named("task"))).isTrue();
		assertThat(named("its root").isChildOf(named("server"))).isTrue();
	}

	@Test
	void workThatOutlivesItsExperimentIsNotLogged() {
		Context[] inside = new Context[1];
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			ProjectTracer support = projects.tracer("support");
			try (RowTracer rows = rows(support, Others.SEPARATE)) {
				row(rows, support, null, (row) -> inside[0] = Context.current());
				flush(rows);
			}
			try (Scope scope = inside[0].makeCurrent()) {
				support.rootSpan("late root").run((span) -> {
				});
				support.inTrace("c-1", "late turn").run((span) -> {
				});
			}
			support.rootSpan("production").run((span) -> {
			});
		});
		assertThat(names(SUPPORT)).containsExactly("production");
	}

	@Test
	void traceOfARowBelongsToItAsLongAsItsExperimentRuns() {
		Map<String, String> headers = new HashMap<>();
		this.runner.run((context) -> {
			ProjectTracer support = context.getBean(BraintrustProjects.class).tracer("support");
			try (RowTracer rows = rows(support, Others.SEPARATE)) {
				row(rows, support, null, (row) -> support.propagator().inject(Context.current(), headers, Map::put));
				Context received = support.propagator().extract(Context.root(), headers, new Getter());
				support.taskSpan("consumer").setParent(received).run((span) -> {
				});
				flush(rows);
			}
		});
		assertThat(names(SUPPORT)).isEmpty();
		assertThat(names(EXPERIMENT)).containsExactly("task", "eval", "consumer");
	}

	@Test
	void rowThatRunsElsewhereIsLinkedAndNotContinuedInTheLogs() {
		Map<String, String> headers = new HashMap<>();
		run(Others.SEPARATE, (row) -> row.support.propagator().inject(Context.current(), headers, Map::put));
		String task = named("task").traceId() + "/" + named("task").spanId();
		// Processes without an experiment, with a finished one, and with a running one.
		this.runner.run((context) -> {
			ProjectTracer support = context.getBean(BraintrustProjects.class).tracer("support");
			serve(support, headers, "first");
			try (RowTracer rows = rows(support, Others.SEPARATE)) {
				serve(support, headers, "second");
				Context received = support.propagator().extract(Context.root(), headers, new Getter());
				support.taskSpan("third").setParent(received).run((span) -> {
				});
			}
			serve(support, headers, "fourth");
		});
		assertThat(names(SUPPORT)).containsExactly("below", "first", "below", "second", "third", "below", "fourth");
		assertThat(this.receiver.spans()).filteredOn((span) -> span.parent().equals(SUPPORT)).allSatisfy((span) -> {
			assertThat(span.isRoot()).isEqualTo(!span.name().equals("below"));
			assertThat(span.links()).isEqualTo(span.isRoot() ? List.of(task) : List.of());
			assertThat(span.traceId()).isNotEqualTo(named("task").traceId());
		});
	}

	@Test
	void conversationThatARowOfAnotherLibraryHasStoredStartsAnew() {
		Map<String, String> headers = Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
				"baggage", "braintrust.parent=" + EXPERIMENT);
		Stored stored = new Stored();
		Stored withId = new Stored();
		this.runner.run((context) -> {
			DefaultProjectTracer support = (DefaultProjectTracer) context.getBean(BraintrustProjects.class)
				.tracer("support");
			Context row = support.experimentPropagator().extract(Context.root(), headers, new Getter());
			try (Scope scope = row.makeCurrent()) {
				support.inTrace(stored, "turn in the row").run((span) -> {
				});
				support.inTrace(withId, "c-1", "another turn in the row").run((span) -> {
				});
			}
			support.inTrace(stored, "first").run((span) -> {
			});
			support.inTrace(stored, "second").run((span) -> {
			});
			support.inTrace(withId, "c-1", "with an id").run((span) -> {
			});
		});
		assertThat(names(EXPERIMENT)).containsExactly("turn in the row", "another turn in the row");
		assertThat(names(SUPPORT)).containsExactly("first", "second", "conversation", "with an id");
		assertThat(named("first").isRoot()).isTrue();
		assertThat(named("second").isChildOf(named("first"))).isTrue();
		assertThat(named("with an id").isChildOf(named("conversation"))).isTrue();
	}

	@Test
	void callerOfAnExperimentDecidesWhetherSpansAreRecorded() {
		String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
		this.runner.run((context) -> {
			DefaultProjectTracer support = (DefaultProjectTracer) context.getBean(BraintrustProjects.class)
				.tracer("support");
			for (String flags : List.of("00", "01")) {
				Map<String, String> headers = Map.of("traceparent", trace + flags, "baggage",
						"braintrust.parent=" + EXPERIMENT);
				Context row = support.experimentPropagator().extract(Context.root(), headers, new Getter());
				try (Scope scope = row.makeCurrent()) {
					support.taskSpan("flags " + flags).run((span) -> {
					});
				}
			}
		});
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("flags 01");
	}

	@Test
	void baggageOfARowThatRunsElsewhereIsHandedOn() {
		Map<String, String> headers = new HashMap<>();
		run(Others.SEPARATE, (row) -> row.support.propagator().inject(Context.current(), headers, Map::put));
		headers.compute("baggage", (name, value) -> value + ",tenant=7");
		Map<String, String> next = new HashMap<>();
		this.runner.run((context) -> {
			ProjectTracer support = context.getBean(BraintrustProjects.class).tracer("support");
			try (Scope scope = support.propagator().extract(Context.root(), headers, new Getter()).makeCurrent()) {
				support.taskSpan("service")
					.run((span) -> support.propagator().inject(Context.current(), next, Map::put));
			}
		});
		assertThat(next.get("baggage")).endsWith(",tenant=7").doesNotContain("experiment");
	}

	private static void serve(ProjectTracer support, Map<String, String> headers, String name) {
		try (Scope scope = support.propagator().extract(Context.root(), headers, new Getter()).makeCurrent()) {
			support.taskSpan(name).run((span) -> support.toolSpan("below").run((below) -> {
			}));
		}
	}

	@Test
	void workThatLosesItsRowIsCountedAndNamed() {
		run(Others.SEPARATE, (row) -> {
			elsewhere(() -> row.support.taskSpan("lost").run((span) -> row.support.taskSpan("below").run((below) -> {
			})));
			assertThat(row.rows.route().strays()).isEqualTo(1);
			assertThat(row.rows.route().strayNames()).containsExactly("lost");
			// Its own trace, which is not in the project of the experiment.
			elsewhere(() -> row.research.taskSpan("other").run((span) -> {
			}));
			assertThat(row.rows.route().strays()).isEqualTo(1);
		});
		assertThat(names(SUPPORT)).containsExactly("below", "lost");
		assertThat(named("lost").isRoot()).isTrue();
	}

	@Test
	void otherProjectsGoWhereTheyGoInProduction() {
		run(Others.SEPARATE, (row) -> row.research.rootSpan("research").run((span) -> {
			row.support.taskSpan("below both").run((below) -> {
			});
			row.research.taskSpan("below research").run((below) -> {
			});
		}));
		assertThat(names(RESEARCH)).containsExactly("below research", "research");
		assertThat(named("research").isRoot()).isTrue();
		assertThat(named("research").links()).isEmpty();
		assertThat(named("below both").isChildOf(named("task"))).isTrue();
	}

	@Test
	void otherProjectsRecordNothingIfTheyAreDiscarded() {
		run(Others.DISCARDED, (row) -> {
			Stored stored = new Stored();
			row.research.rootSpan("research").run((span) -> {
				assertThat(span.isRecording()).isFalse();
				row.research.taskSpan("below research").run((below) -> assertThat(below.isRecording()).isFalse());
				row.support.taskSpan("below both").run((below) -> assertThat(below.isRecording()).isTrue());
			});
			row.research.inTrace("c-1", "derived").run((span) -> {
			});
			row.research.inTrace(stored, "c-1", "both").run((span) -> {
			});
			assertThat(stored.traceparent).isNull();
		});
		assertThat(names(RESEARCH)).isEmpty();
		assertThat(names(EXPERIMENT)).containsExactly("below both", "task", "eval");
	}

	@Test
	void otherProjectsAreInTheExperimentIfTheyMay() {
		run(Others.IN_EXPERIMENT, (row) -> row.research.rootSpan("research").input("secret").run((span) -> {
			row.research.taskSpan("below research").run((below) -> {
			});
			Context context = Context.current();
			elsewhere(() -> row.research.taskSpan("elsewhere").setParent(context).run((below) -> {
			}));
		}), "braintrust.projects.research.capture.content=false");
		assertThat(names(RESEARCH)).isEmpty();
		assertThat(names(EXPERIMENT)).containsExactly("below research", "elsewhere", "research", "task", "eval");
		assertThat(named("research").isChildOf(named("task"))).isTrue();
		assertThat(named("below research").isChildOf(named("research"))).isTrue();
		// Written with the settings of its own project.
		assertThat(named("research").has("braintrust.input_json")).isFalse();
	}

	@Test
	void rowsAreSampledWhateverSamplersSay() {
		this.runner = this.runner.withUserConfiguration(NoSampling.class);
		run(Others.SEPARATE, (row) -> row.support.rootSpan("agent").run((span) -> {
		}), (support) -> support.rootSpan("not sampled").run((span) -> {
		}), "braintrust.sampling.probability=0");
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("agent", "task", "eval");
	}

	@Test
	void nestedRowsOfTwoProjectsKeepTheirOwnSpans() {
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			ProjectTracer support = projects.tracer("support");
			ProjectTracer research = projects.tracer("research");
			try (RowTracer outer = rows(support, Others.DISCARDED);
					RowTracer inner = ((DefaultProjectTracer) research).project()
						.rows("experiment_id:e-2", Others.DISCARDED, true)) {
				row(outer, support, null, (row) -> row(inner, research, null, (nested) -> {
					research.taskSpan("research").run((span) -> {
					});
					support.taskSpan("support").run((span) -> {
					});
				}));
				flush(outer);
				flush(inner);
			}
		});
		assertThat(names("experiment_id:e-2")).containsExactly("research", "task", "eval");
		// The rows of the inner experiment discard foreign spans.
		assertThat(names(EXPERIMENT)).containsExactly("task", "eval");
	}

	@Test
	void contextOfTheApplicationIsItsOwn() {
		run(Others.IN_EXPERIMENT, (row) -> {
			assertThat(Span.current()).isSameAs(Span.getInvalid());
			row.support.taskSpan("agent").run((span) -> assertThat(Span.current()).isSameAs(Span.getInvalid()));
		});
	}

	@Test
	void rowKnowsWhatEndedInsideOfIt() {
		run(Others.SEPARATE, (row) -> {
			row.support.llmSpan("model").run((span) -> span.metric("prompt_tokens", 7));
			ProjectSpan late = row.support.toolSpan("late").startSpan();
			assertThat(row.row.ended()).singleElement().satisfies((ended) -> {
				assertThat(ended.span().getName()).isEqualTo("model");
				assertThat(ended.metrics()).containsEntry("prompt_tokens", 7);
			});
			late.end();
			assertThat(row.row.ended()).extracting((ended) -> ended.span().getName()).containsExactly("model", "late");
		});
	}

	private void run(Others others, Consumer<Row> task, String... properties) {
		run(others, task, (support) -> {
		}, properties);
	}

	private void run(Others others, Consumer<Row> task, Consumer<ProjectTracer> before, String... properties) {
		this.runner.withPropertyValues(properties).run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			ProjectTracer support = projects.tracer("support");
			before.accept(support);
			try (RowTracer rows = rows(support, others)) {
				row(rows, support, projects.tracer("research"), task);
				flush(rows);
			}
			assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
		});
	}

	private static RowTracer rows(ProjectTracer tracer, Others others) {
		return ((DefaultProjectTracer) tracer).project().rows(EXPERIMENT, others, true);
	}

	private static void row(RowTracer rows, ProjectTracer support, @Nullable ProjectTracer research,
			Consumer<Row> task) {
		RoutedRow row = new RoutedRow(rows.route());
		ProjectSpan root = rows.start(row);
		try (Scope scope = root.makeCurrent()) {
			rows.task(root).run((span) -> task.accept(new Row(rows, row, root, support, research)));
		}
		rows.end(row, root);
	}

	private static void flush(RowTracer rows) {
		assertThat(rows.flush(Duration.ofMinutes(1))).isTrue();
	}

	private static void elsewhere(Runnable work) {
		Thread thread = new Thread(work);
		thread.start();
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<String> names(String parent) {
		return this.receiver.spans()
			.stream()
			.filter((span) -> span.parent().equals(parent))
			.peek((span) -> assertThat(span.request().parent()).isEqualTo(parent))
			.map(ReceivedSpan::name)
			.toList();
	}

	private ReceivedSpan named(String name) {
		return this.receiver.spans().stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	/**
	 * A running row.
	 */
	record Row(RowTracer rows, RoutedRow row, ProjectSpan root, ProjectTracer support,
			@Nullable ProjectTracer research) {

		String traceId() {
			return this.root.getSpanContext().getTraceId();
		}

	}

	static class NoSampling {

		@Bean
		@BraintrustProject("support")
		ProjectTracerProviderCustomizer noSampling() {
			return (provider) -> provider.setSampler(Sampler.alwaysOff());
		}

	}

	static class Stored implements StoredTraceContext {

		private @Nullable String traceparent;

		private @Nullable String tracestate;

		@Override
		public @Nullable String traceparent() {
			return this.traceparent;
		}

		@Override
		public @Nullable String tracestate() {
			return this.tracestate;
		}

		@Override
		public void store(String traceparent, @Nullable String tracestate) {
			this.traceparent = traceparent;
			this.tracestate = tracestate;
		}

	}

	static class Getter implements TextMapGetter<Map<String, String>> {

		@Override
		public Iterable<String> keys(Map<String, String> carrier) {
			return carrier.keySet();
		}

		@Override
		public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
			return carrier.get(key);
		}

	}

}
