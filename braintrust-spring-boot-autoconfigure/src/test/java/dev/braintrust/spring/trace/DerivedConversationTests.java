package dev.braintrust.spring.trace;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of conversations with derived trace ids.
 */
class DerivedConversationTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	// The expected ids are those of: printf
	// 'braintrust-conversation\0project_name:Support Agent\04711\0' | sha256sum
	@Test
	void idsAreThoseThatTheDocumentationSays() {
		assertThat(DerivedRoot.Ids.of("project_name:Support Agent", "4711"))
			.isEqualTo(new DerivedRoot.Ids("dbafe8a3a03c1cf70557b5b42401bc47", "ab759f73de8fea04"));
	}

	@Test
	void idsDifferByProjectAndConversation() {
		assertThat(List.of(DerivedRoot.Ids.of("project_id:a", "b"), DerivedRoot.Ids.of("project_id:ab", ""),
				DerivedRoot.Ids.of("project_id:", "ab"), DerivedRoot.Ids.of("project_id:a", "c")))
			.extracting(DerivedRoot.Ids::traceId)
			.doesNotHaveDuplicates()
			.allMatch((id) -> id.matches("[0-9a-f]{32}"));
	}

	@Test
	void turnsOfSeparateProcessesAreOneTraceWithNothingStored() {
		for (int turn = 1; turn <= 3; turn++) {
			String name = "turn " + turn;
			this.runner.run((context) -> tracer(context).taskSpan("ambient")
				.run((ambient) -> tracer(context).inTrace("4711", name).run((span) -> {
				})));
		}
		List<ReceivedSpan> spans = this.receiver.awaitSpans(9);
		List<ReceivedSpan> roots = named(spans, "conversation");
		assertThat(roots).hasSize(3).allMatch(ReceivedSpan::isRoot);
		assertThat(roots).extracting(ReceivedSpan::spanId).containsOnly("ab759f73de8fea04");
		assertThat(roots).extracting(ReceivedSpan::traceId).containsOnly("dbafe8a3a03c1cf70557b5b42401bc47");
		assertThat(roots).extracting(ReceivedSpan::type).containsOnly("task");
		assertThat(spans.stream().filter((span) -> span.name().startsWith("turn"))).hasSize(3)
			.allMatch((span) -> span.isChildOf(roots.get(0)))
			.extracting(ReceivedSpan::spanId)
			.doesNotHaveDuplicates();
	}

	@Test
	void rootSaysNothingOfTheConversationAndIsTheSameWhoeverMakesIt() {
		this.runner.run((context) -> {
			tracer(context).inTrace("secret@example.org", "turn 1").input("a").run((span) -> span.output("b"));
			tracer(context).inTrace("secret@example.org", "turn 2").input("c").run((span) -> span.output("d"));
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		List<ReceivedSpan> roots = named(spans, "conversation");
		assertThat(roots.get(0).attributes()).isEqualTo(roots.get(1).attributes())
			.containsOnlyKeys("braintrust.parent", "braintrust.context_json", "braintrust.span_attributes");
		assertThat(spans).noneMatch((span) -> span.raw().contains("secret"));
	}

	@Test
	void twoFirstTurnsAtOnceStoreTheSameAndAreOneTrace() {
		Map<String, String> first = new HashMap<>();
		Map<String, String> second = new HashMap<>();
		this.runner.run((context) -> atOnce(
				() -> tracer(context).inTrace(StoredTraceContext.of(first), "4711", "turn a").run((span) -> {
				}), () -> tracer(context).inTrace(StoredTraceContext.of(second), "4711", "turn b").run((span) -> {
				})));
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(first).isEqualTo(second)
			.containsEntry("traceparent", "00-dbafe8a3a03c1cf70557b5b42401bc47-ab759f73de8fea04-03");
		ReceivedSpan root = named(spans, "conversation").get(0);
		assertThat(spans.stream().filter((span) -> span.name().startsWith("turn"))).hasSize(2)
			.allMatch((span) -> span.isChildOf(root));
	}

	@Test
	void whatIsStoredIsContinuedAndNeedsNoRoot() {
		Map<String, String> headers = new HashMap<>();
		this.runner.run((context) -> {
			tracer(context).inTrace(StoredTraceContext.of(headers), "turn 1").run((span) -> {
			});
			tracer(context).inTrace(StoredTraceContext.of(headers), "4711", "turn 2").run((span) -> {
			});
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).hasSize(2);
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	@Test
	void whetherAConversationIsRecordedIsTheSameInEveryJob() {
		ApplicationContextRunner half = this.runner.withPropertyValues("braintrust.sampling.probability=0.5");
		Map<String, Boolean> recorded = new HashMap<>();
		for (int job = 1; job <= 2; job++) {
			half.run((context) -> {
				for (int conversation = 0; conversation < 100; conversation++) {
					String id = "c" + conversation;
					tracer(context).inTrace(id, "turn")
						.run((span) -> assertThat(recorded.computeIfAbsent(id, (key) -> span.isRecording()))
							.isEqualTo(span.isRecording()));
				}
			});
		}
		assertThat(recorded.values()).contains(true, false);
		long sampled = recorded.values().stream().filter(Boolean::booleanValue).count();
		assertThat(this.receiver.awaitSpans((int) sampled * 4)).hasSize((int) sampled * 4);
	}

	@Test
	void conversationThatIsNotRecordedStaysSoByWhatIsStored() {
		Map<String, String> headers = new HashMap<>();
		this.runner.withPropertyValues("braintrust.sampling.probability=0")
			.run((context) -> tracer(context).inTrace(StoredTraceContext.of(headers), "4711", "turn 1")
				.run((span) -> assertThat(span.isRecording()).isFalse()));
		assertThat(headers.get("traceparent")).isEqualTo("00-dbafe8a3a03c1cf70557b5b42401bc47-ab759f73de8fea04-02");
		this.runner.run((context) -> {
			tracer(context).inTrace(StoredTraceContext.of(headers), "4711", "turn 2")
				.run((span) -> assertThat(span.isRecording()).isFalse());
			assertThat(context.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
		});
		assertThat(this.receiver.spans()).isEmpty();
	}

	@Test
	void turnsAreOneTraceWithoutARootWhereTheApplicationMakesTheIds() {
		this.runner
			.withBean(ProjectTracerProviderCustomizer.class,
					() -> (builder) -> builder.setIdGenerator(IdGenerator.random()))
			.run((context) -> {
				tracer(context).inTrace("4711", "turn").run((span) -> {
				});
				tracer(context).inTrace("4711", "turn").run((span) -> {
				});
			});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("turn", "turn");
		assertThat(spans).extracting(ReceivedSpan::traceId).containsOnly("dbafe8a3a03c1cf70557b5b42401bc47");
	}

	@Test
	void turnIsCorrelatedAndTheRootIsNot() {
		this.runner.withPropertyValues("braintrust.projects.support.correlation.enabled=true").run((context) -> {
			Span app = SdkTracerProvider.builder().build().get("app").spanBuilder("app").startSpan();
			try (Scope scope = app.makeCurrent()) {
				tracer(context).inTrace("4711", "turn").run((span) -> {
				});
			}
			assertThat(
					((ReadableSpan) app).getAttribute(AttributeKey.stringKey("braintrust.projects.support.trace_id")))
				.isEqualTo("dbafe8a3a03c1cf70557b5b42401bc47");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(named(spans, "conversation").get(0).raw()).doesNotContain("links");
		assertThat(named(spans, "turn").get(0).raw()).contains("links");
	}

	@Test
	void projectThatIsOffStoresNothing() {
		Map<String, String> headers = new HashMap<>();
		this.runner.withPropertyValues("braintrust.projects.support.enabled=false").run((context) -> {
			assertThat(tracer(context).inTrace("4711", "turn").call((span) -> "done").toString()).isEqualTo("done");
			tracer(context).inTrace(StoredTraceContext.of(headers), "4711", "turn").run((span) -> {
			});
		});
		assertThat(headers).isEmpty();
	}

	@Test
	void conversationAndTurnAreSaidWhereTheUserGivesThem() {
		this.runner.run((context) -> {
			tracer(context).inTrace("4711", "turn").conversation("4711", 3).run((span) -> {
			});
			assertThatIllegalArgumentException().isThrownBy(() -> tracer(context).taskSpan("x").conversation("", 1));
			assertThatIllegalArgumentException().isThrownBy(() -> tracer(context).inTrace(" ", "x"));
		});
		ReceivedSpan turn = named(this.receiver.awaitSpans(2), "turn").get(0);
		assertThat(turn.attributes()).containsEntry("gen_ai.conversation.id", "4711");
		assertThat(turn.metadata()).isEqualTo(ReceivedSpan.parse("{\"turn\":3}"));
	}

	private static void atOnce(Runnable... turns) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(turns.length);
		ExecutorService executor = Executors.newFixedThreadPool(turns.length);
		try {
			for (Future<?> turn : List.of(turns).stream().map((work) -> executor.submit(() -> {
				barrier.await();
				work.run();
				return null;
			})).toList()) {
				turn.get(1, TimeUnit.MINUTES);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static List<ReceivedSpan> named(List<ReceivedSpan> spans, String name) {
		return spans.stream().filter((span) -> span.name().equals(name)).toList();
	}

	private static ProjectTracer tracer(ApplicationContext context) {
		return context.getBean(BraintrustProjects.class).tracer("support");
	}

}
