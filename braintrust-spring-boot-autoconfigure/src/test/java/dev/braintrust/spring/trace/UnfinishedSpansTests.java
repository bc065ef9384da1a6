package dev.braintrust.spring.trace;

import java.util.List;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.content.LaterSpan;
import dev.braintrust.spring.reactor.ReactiveSpans;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of spans that are open when the application context closes.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnfinishedSpansTests {

	private static final String MESSAGE = "Spans of Braintrust projects were open when the application context closed: ";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=" + this.receiver.url(),
				"braintrust.check-on-startup=false", "braintrust.projects.support.name=Support",
				"braintrust.projects.research.name=Research", "braintrust.projects.idle.name=Idle");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void spansThatAreOpenAreCutInsideOutAndSentAndCountedOnce(CapturedOutput output) {
		ProjectSpan[] open = new ProjectSpan[3];
		this.runner.run((context) -> {
			ProjectTracer tracer = tracer(context, "support");
			open[0] = tracer.taskSpan("outer").input("question").startSpan();
			open[1] = tracer.llmSpan("inner")
				.setParent(open[0].storeInContext(Context.root()))
				.startSpan()
				.output("half an");
			open[2] = tracer(context, "research").taskSpan("elsewhere").startSpan();
			tracer.taskSpan("ended").run((span) -> {
			});
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("ended", "inner", "outer", "elsewhere");
		assertThat(spans).noneMatch(ReceivedSpan::error);
		ReceivedSpan outer = named(spans, "outer");
		ReceivedSpan inner = named(spans, "inner");
		assertThat(outer.input().asString()).isEqualTo("question");
		assertThat(inner.output().asString()).isEqualTo("half an");
		assertThat(inner.isChildOf(outer)).isTrue();
		assertThat(inner.end()).isLessThanOrEqualTo(outer.end());
		assertThat(output).containsOnlyOnce(MESSAGE + "2 of 'support', 1 of 'research'.").containsOnlyOnce(MESSAGE);
		open[0].end();
		assertThat(open[0].isRecording()).isFalse();
	}

	@Test
	void streamThatIsUnderWayIsCut(CapturedOutput output) {
		Disposable[] stream = new Disposable[1];
		this.runner.run((context) -> {
			ProjectTracer tracer = tracer(context, "support");
			stream[0] = ReactiveSpans.flux(() -> tracer.taskSpan("stream"), (span) -> Flux.never()).subscribe();
		});
		stream[0].dispose();
		assertThat(this.receiver.awaitSpans(1)).singleElement().satisfies((span) -> assertThat(span.error()).isFalse());
		assertThat(output).contains(MESSAGE + "1 of 'support'.");
	}

	@Test
	void spanIsGivenWhatItMissesBeforeItAndThoseBelowItAreCut() {
		ProjectSpan[] open = new ProjectSpan[2];
		this.runner.run((context) -> {
			ProjectTracer tracer = tracer(context, "support");
			open[0] = tracer.taskSpan("outer").startSpan();
			open[1] = tracer.llmSpan("inner").startSpan();
			((LaterSpan) open[0]).beforeCut(() -> {
				open[1].output("half an");
				open[0].output("half an").end();
				throw new IllegalStateException("out of luck");
			});
		});
		assertThat(this.receiver.awaitSpans(2)).extracting((span) -> span.output().asString())
			.containsExactly("half an", "half an");
	}

	@Test
	void nothingIsLoggedAfterWorkThatHasEnded(CapturedOutput output) {
		this.runner.run((context) -> {
			tracer(context, "support").taskSpan("task").run((span) -> {
			});
			tracer(context, "support").taskSpan("twice").startSpan().end();
		});
		assertThat(this.receiver.awaitSpans(2)).hasSize(2);
		assertThat(output).doesNotContain("were open").doesNotContain("never ended");
	}

	@Test
	void spansOfBeansThatEndThemWhenTheyAreDestroyedAreNotCut(CapturedOutput output) {
		this.runner.withBean(LateEnd.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.receiver.awaitSpans(1)).singleElement()
			.satisfies((span) -> assertThat(span.output().asString()).isEqualTo("done"));
		assertThat(output).doesNotContain("were open");
	}

	@Test
	void spanThatIsNotSampledIsNotCounted(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.sampling.probability=0")
			.run((context) -> tracer(context, "support").taskSpan("task").startSpan());
		assertThat(output).doesNotContain("were open");
	}

	@Test
	void spansThatTheApplicationForgetsAreNotHeldAndAreCounted(CapturedOutput output) {
		this.runner.run((context) -> {
			MemoryBudget memory = new MemoryBudget(1000);
			OpenSpans open = new OpenSpans(memory, "support");
			for (int i = 0; i < 3; i++) {
				OpenSpans.Entry entry = open.add((DefaultProjectSpan) tracer(context, "support").currentSpan());
				assertThat(open.hold(entry, 100)).isTrue();
				assertThat(open.hold(entry, 1000)).isFalse();
				// Enqueue the reference as the garbage collector does.
				entry.enqueue();
			}
			assertThat(memory.held()).isEqualTo(100);
			assertThat(open.forgotten()).isEqualTo(3);
			assertThat(memory.held()).isZero();
			assertThat(open.latestFirst()).isEmpty();
		});
	}

	private static ReceivedSpan named(List<ReceivedSpan> spans, String name) {
		return spans.stream().filter((span) -> name.equals(span.name())).findFirst().orElseThrow();
	}

	private static ProjectTracer tracer(ApplicationContext context, String key) {
		return context.getBean(BraintrustProjects.class).tracer(key);
	}

	/**
	 * A bean that ends its span when it is destroyed.
	 */
	static class LateEnd implements DisposableBean {

		private final ProjectSpan span;

		LateEnd(BraintrustProjects projects) {
			this.span = projects.tracer("support").taskSpan("late").startSpan();
		}

		@Override
		public void destroy() {
			this.span.output("done").end();
		}

	}

}
