package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests that the return value of work becomes the output of its span.
 */
class ReturnedValueTests {

	private static final String OUTPUT = "braintrust.output_json";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.check-on-startup=false", "braintrust.projects.support.name=Support Agent");

	private final AtomicInteger read = new AtomicInteger();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void returnedValueIsTheOutputOfEverySpanThatWorkRunsIn() {
		List<Function<ProjectTracer, ProjectSpanBuilder>> builders = List.of((tracer) -> tracer.rootSpan("root"),
				(tracer) -> tracer.taskSpan("task"), (tracer) -> tracer.toolSpan("tool"),
				(tracer) -> tracer.llmSpan("llm"), (tracer) -> tracer.functionSpan("function"),
				(tracer) -> tracer.inTrace(StoredTraceContext.of(new HashMap<>()), "turn"),
				(tracer) -> tracer.inTrace("conversation 1", "turn"),
				(tracer) -> tracer.inTrace(StoredTraceContext.of(new HashMap<>()), "conversation 1", "turn"),
				(tracer) -> tracer.spanBuilder("plain"));
		for (Function<ProjectTracer, ProjectSpanBuilder> builder : builders) {
			ReceivedSpan span = span((tracer) -> {
				String answer = builder.apply(tracer).call((current) -> "answer");
				assertThat(answer).isEqualTo("answer");
			});
			assertThat(span.output().asString()).as(span.name()).isEqualTo("answer");
		}
	}

	@Test
	void outputThatTheWorkSetsWins() {
		assertThat(call((span) -> {
			span.output("set");
			return "returned";
		}).output().asString()).isEqualTo("set");
		assertThat(span((tracer) -> {
			ProjectSpan span = tracer.taskSpan("task").startSpan().outputIfAbsent("returned");
			span.output("set later").end();
		}).output().asString()).isEqualTo("set later");
	}

	@Test
	void outputOfAnAttributeWinsToo() {
		for (String attribute : List.of(OUTPUT, "braintrust.output", "gen_ai.output.messages")) {
			ReceivedSpan span = call((current) -> {
				current.setAttribute(attribute, "\"set\"");
				return "returned";
			});
			assertThat(span.attributes().get(attribute)).isEqualTo("\"set\"");
			assertThat(span.toString()).doesNotContain("returned");
		}
	}

	@Test
	void outputOfNullRecordsNothingOfTheReturnedValue() {
		assertThat(call((span) -> {
			span.output(null);
			return "secret";
		}).output().isNull()).isTrue();
	}

	@Test
	void workThatReturnsNothingHasNoOutput() {
		assertThat(span((tracer) -> tracer.taskSpan("task").run((span) -> this.read.incrementAndGet())).has(OUTPUT))
			.isFalse();
		assertThat(call((span) -> null).has(OUTPUT)).isFalse();
		assertThat(call((span) -> span.metadata("tier", "gold")).has(OUTPUT)).isFalse();
		assertThat(call((span) -> kotlin.Unit.INSTANCE).has(OUTPUT)).isFalse();
	}

	@Test
	void workThatFailsHasNoOutput() {
		ReceivedSpan span = span((tracer) -> assertThatIllegalStateException()
			.isThrownBy(() -> tracer.taskSpan("task").call((current) -> {
				throw new IllegalStateException("out of luck");
			})));
		assertThat(span.has(OUTPUT)).isFalse();
		assertThat(span.error()).isTrue();
	}

	@Test
	void nothingIsRecordedOrReadWhereOutputsAreNotCaptured() {
		ReceivedSpan span = span("braintrust.capture.output=false",
				(tracer) -> tracer.taskSpan("task").call((current) -> new Counted()));
		assertThat(span.has(OUTPUT)).isFalse();
		assertThat(this.read).hasValue(0);
	}

	@Test
	void nothingLazyIsConsumed() {
		Stream<String> stream = Stream.of("a").peek((text) -> this.read.incrementAndGet());
		assertThat(call((span) -> stream).output().asString()).startsWith("[not recorded: java.util.stream.");
		Mono<Integer> mono = Mono.fromSupplier(this.read::incrementAndGet);
		assertThat(call((span) -> mono).output().asString()).startsWith("[not recorded: reactor.");
		CompletableFuture<String> future = new CompletableFuture<>();
		assertThat(call((span) -> future).output().asString())
			.isEqualTo("[not recorded: java.util.concurrent.CompletableFuture]");
		assertThat(this.read).hasValue(0);
		assertThat(stream.toList()).containsExactly("a");
	}

	@Test
	void gettersOfAnEntityThatMayLoadAreNotCalled() {
		ReceivedSpan span = call((current) -> new Ticket(4711L));
		assertThat(span.output()).isEqualTo(ReceivedSpan.parse("{\"number\":4711}"));
		assertThat(Ticket.loads).hasValue(0);
	}

	@Test
	void valueIsThatOfTheEndOfTheWork() {
		ReceivedSpan span = span((tracer) -> {
			List<String> names = tracer.taskSpan("task").call((current) -> new ArrayList<>(List.of("anna")));
			names.clear();
		});
		assertThat(span.output()).isEqualTo(ReceivedSpan.parse("[\"anna\"]"));
	}

	@Test
	void returnedValueAloneMakesNoSpanOneOfAi() {
		this.runner.withPropertyValues("braintrust.capture.ai-spans-only=true").run((context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			tracer.spanBuilder("plain").call((span) -> "returned");
			tracer.taskSpan("task").call((span) -> "returned");
		});
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("task");
	}

	private ReceivedSpan call(Function<ProjectSpan, Object> work) {
		return span((tracer) -> tracer.taskSpan("task").call(work::apply));
	}

	private ReceivedSpan span(Consumer<ProjectTracer> application) {
		return span("braintrust.capture.output=true", application);
	}

	private ReceivedSpan span(String property, Consumer<ProjectTracer> application) {
		int before = this.receiver.spans().size();
		this.runner.withPropertyValues(property).run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			application.accept(projects.tracer("support"));
			assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
		});
		List<ReceivedSpan> spans = this.receiver.spans();
		return spans.stream()
			.skip(before)
			.filter((span) -> !"conversation".equals(span.name()))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no span among " + Map.of("spans", spans)));
	}

	/**
	 * A value that counts its reads.
	 */
	public final class Counted {

		public int getNumber() {
			return ReturnedValueTests.this.read.incrementAndGet();
		}

	}

	/**
	 * An entity with a lazy property.
	 */
	@Entity
	public static class Ticket {

		private static final AtomicInteger loads = new AtomicInteger();

		@Id
		private final Long number;

		Ticket(Long number) {
			this.number = number;
		}

		public Long getNumber() {
			return this.number;
		}

		public List<String> getMessages() {
			loads.incrementAndGet();
			return List.of();
		}

	}

}
