package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProjectTracerProviderCustomizer}, by the received spans.
 */
@ExtendWith(OutputCaptureExtension.class)
class TracerProviderCustomizerTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1",
				"braintrust.projects.idle.enabled=false");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void customizersOfAllAndOfOneProjectApplyWhereTheyBelong() {
		this.runner.withUserConfiguration(Customizers.class).run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			for (String key : List.of("support", "research", "idle")) {
				projects.tracer(key).taskSpan("task").run((span) -> span.input("hello"));
			}
			assertThat(context.getBean(Customizers.class).built).containsExactly("all", "support", "all");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).allMatch((span) -> span.input().asString().equals("hello"));
		ReceivedSpan support = spans.stream()
			.filter((span) -> span.parent().equals("project_name:Support Agent"))
			.findFirst()
			.orElseThrow();
		assertThat(support.attributes()).containsEntry("tenant", "7");
		assertThat(support.request().resources()).containsExactly(Map.of("region", "eu", "team", "care"));
		assertThat(spans).filteredOn((span) -> span != support)
			.hasSize(1)
			.allMatch((span) -> !span.has("tenant"))
			.allMatch((span) -> span.request().resources().equals(List.of(Map.of("region", "eu"))));
	}

	@Test
	void processorsSeeTheProjectAloneAndNoContent() {
		Recorder recorder = new Recorder();
		customized((builder) -> builder.addSpanProcessor(recorder), (tracer) -> {
			Baggage baggage = Baggage.builder().put("braintrust.parent", "project_name:Nobody").build();
			try (Scope ignored = Span.wrap(tracer.taskSpan("other").startSpan().getSpanContext()).makeCurrent();
					Scope ambient = baggage.makeCurrent()) {
				tracer.taskSpan("task")
					.input("question")
					.run((task) -> tracer.llmSpan("llm")
						.run((llm) -> llm.output("answer")
							.metadata("model", "m")
							.setAttribute("braintrust.parent", "project_name:Nobody")));
			}
			return true;
		});
		assertThat(recorder.parents).extracting((context) -> Baggage.fromContext(context).isEmpty())
			.containsExactly(true, true, true);
		assertThat(recorder.parents).extracting((context) -> Span.fromContext(context).getSpanContext().isValid())
			.containsExactly(false, false, true);
		assertThat(recorder.ended).extracting((span) -> span.toSpanData().getAttributes().asMap().toString())
			.noneMatch((attributes) -> attributes.contains("question") || attributes.contains("answer"));
		assertThat(this.receiver.awaitSpans(2)).allMatch((span) -> span.parent().equals("project_name:Support Agent"));
	}

	@Test
	void samplerReplacesTheProbabilityAndRecordedOnlyIsNotSent() {
		Recorder recorder = new Recorder();
		customized((builder) -> builder.addSpanProcessor(recorder).setSampler(new NameSampler()), (tracer) -> {
			tracer.rootSpan("drop").run((span) -> assertThat(span.isRecording()).isFalse());
			tracer.rootSpan("record").run((span) -> assertThat(span.isRecording()).isTrue());
			tracer.rootSpan("send").run((span) -> span.output("sent"));
			return true;
		});
		assertThat(recorder.ended).extracting(ReadableSpan::getName).containsExactly("record", "send");
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("send");
	}

	@Test
	void limitsDoNotCutContent() {
		customized(
				(builder) -> builder.setSpanLimits(
						SpanLimits.builder().setMaxNumberOfAttributes(1).setMaxAttributeValueLength(2).build()),
				(tracer) -> {
					tracer.taskSpan("task")
						.setAttribute("one", "long")
						.setAttribute("two", "x")
						.run((span) -> span.input("question").output("answer"));
					return true;
				});
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.attributes()).containsEntry("one", "lo").doesNotContainKey("two");
		assertThat(span.input().asString()).isEqualTo("question");
		assertThat(span.output().asString()).isEqualTo("answer");
	}

	@Test
	void whatFailsInAProcessorOrASamplerIsSaidOnceAndFailsNoWork(CapturedOutput output) {
		customized((builder) -> builder.addSpanProcessor(new FailingProcessor()), (tracer) -> {
			assertThat(tracer.taskSpan("a").<String, RuntimeException>call((span) -> "one")).isEqualTo("one");
			assertThat(tracer.taskSpan("b").<String, RuntimeException>call((span) -> "two")).isEqualTo("two");
			return false;
		});
		assertThat(output.toString().split("was added to the Braintrust project 'support' failed")).hasSize(2);
		assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::name).containsExactly("a", "b");
		customized((builder) -> builder.setSampler(new FailingSampler()),
				(tracer) -> tracer.taskSpan("c").<Boolean, RuntimeException>call((span) -> !span.isRecording()));
		assertThat(this.receiver.spans()).hasSize(2);
	}

	@Test
	void processorsOfAllProjectsAreFlushedAndShutDown() {
		Recorder recorder = new Recorder();
		customized((builder) -> builder.addSpanProcessor(recorder), (tracer) -> {
			assertThat(recorder.calls).isEmpty();
			return true;
		});
		assertThat(recorder.calls).containsExactly("flush", "flush", "shutdown", "shutdown");
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void processorThatBlocksHoldsUpNeitherAFlushNorTheExportNorTheClose() throws InterruptedException {
		BlockingProcessor processor = new BlockingProcessor();
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=3s")
			.withBean(ProjectTracerProviderCustomizer.class, () -> (builder) -> builder.addSpanProcessor(processor))
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				projects.tracer("support").taskSpan("a").run((span) -> span.input("one"));
				projects.tracer("research").taskSpan("b").run((span) -> span.input("two"));
				assertThat(projects.flush(Duration.ofMillis(200))).isFalse();
				assertThat(this.receiver.awaitSpans(2)).hasSize(2);
				projects.tracer("support").taskSpan("c").run((span) -> span.input("three"));
			});
		assertThat(this.receiver.awaitSpans(3)).extracting(ReceivedSpan::name).contains("c");
		// Both the flush and the close of each project.
		assertThat(processor.interrupted.tryAcquire(4, 1, TimeUnit.MINUTES)).isTrue();
	}

	private void customized(ProjectTracerProviderCustomizer customizer, Function<ProjectTracer, Boolean> work) {
		this.runner.withBean("customizer", ProjectTracerProviderCustomizer.class, () -> customizer).run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			boolean accepted = work.apply(projects.tracer("support"));
			assertThat(projects.flush(Duration.ofMinutes(1))).isEqualTo(accepted);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		final List<String> built = new CopyOnWriteArrayList<>();

		@Bean
		ProjectTracerProviderCustomizer region() {
			return (builder) -> {
				this.built.add("all");
				builder.addResource(Resource.create(Attributes.builder().put("region", "eu").build()));
			};
		}

		@Bean
		@BraintrustProject("support")
		ProjectTracerProviderCustomizer team() {
			return (builder) -> {
				this.built.add("support");
				builder.addResource(Resource.create(Attributes.builder().put("team", "care").build()))
					.addSpanProcessor(new Recorder());
			};
		}

	}

	private static final class Recorder implements SpanProcessor {

		private final List<Context> parents = new CopyOnWriteArrayList<>();

		private final List<ReadableSpan> ended = new CopyOnWriteArrayList<>();

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
			this.parents.add(parentContext);
			span.setAttribute("tenant", "7");
		}

		@Override
		public boolean isStartRequired() {
			return true;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			this.ended.add(span);
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

		@Override
		public CompletableResultCode forceFlush() {
			this.calls.add("flush");
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			this.calls.add("shutdown");
			return CompletableResultCode.ofSuccess();
		}

	}

	private static final class FailingProcessor implements SpanProcessor {

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			throw new IllegalStateException("broken");
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

		@Override
		public CompletableResultCode forceFlush() {
			throw new IllegalStateException("broken");
		}

	}

	private static final class BlockingProcessor implements SpanProcessor {

		private final Semaphore interrupted = new Semaphore(0);

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

		@Override
		public CompletableResultCode forceFlush() {
			return block();
		}

		@Override
		public CompletableResultCode shutdown() {
			return block();
		}

		private CompletableResultCode block() {
			try {
				Thread.sleep(Duration.ofMinutes(10).toMillis());
			}
			catch (InterruptedException ex) {
				this.interrupted.release();
			}
			return CompletableResultCode.ofSuccess();
		}

	}

	private static final class NameSampler implements Sampler {

		@Override
		public SamplingResult shouldSample(Context parentContext, String traceId, String name, SpanKind spanKind,
				Attributes attributes, List<LinkData> parentLinks) {
			return switch (name) {
				case "drop" -> SamplingResult.drop();
				case "record" -> SamplingResult.recordOnly();
				default -> SamplingResult.recordAndSample();
			};
		}

		@Override
		public String getDescription() {
			return "by name";
		}

	}

	private static final class FailingSampler implements Sampler {

		@Override
		public SamplingResult shouldSample(Context parentContext, String traceId, String name, SpanKind spanKind,
				Attributes attributes, List<LinkData> parentLinks) {
			throw new IllegalStateException("broken");
		}

		@Override
		public String getDescription() {
			return "failing";
		}

	}

}
