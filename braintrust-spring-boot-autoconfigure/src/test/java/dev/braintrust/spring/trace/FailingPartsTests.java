package dev.braintrust.spring.trace;

import java.io.IOError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests that exceptions from parts of the application while a span is created do not
 * affect the traced work, and that the project continues.
 */
class FailingPartsTests {

	private static final List<Supplier<Throwable>> FAILURES = List.of(IllegalStateException::new, IOException::new,
			() -> new IOError(new IOException()), () -> new ServiceConfigurationError("none"),
			() -> new Throwable("neither"), AssertionError::new, OutOfMemoryError::new, StackOverflowError::new,
			InternalError::new);

	private final OtlpReceiver receiver = new OtlpReceiver();

	// Without a reference, an open span may be garbage collected before the close, and is
	// then not sent.
	private final List<ProjectSpan> held = new ArrayList<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.check-on-startup=false", "braintrust.projects.support.name=Support Agent");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@ParameterizedTest
	@EnumSource
	void workDoesNotNoticeAndTheProjectGoesOn(Part part) {
		Failing failing = new Failing(part);
		this.runner.withBean(ProjectTracerProviderCustomizer.class, () -> failing::customize).run((context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			for (Supplier<Throwable> failure : FAILURES) {
				failing.failure = failure.get();
				assertThat(failing.work(tracer)).as(failing.failure.toString()).isEqualTo("done");
				assertThat(Context.current()).isSameAs(Context.root());
			}
			if (!part.failsTheClose()) {
				failing.failure = null;
			}
			tracer.taskSpan("later").run((span) -> span.input("in").output("out"));
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(part.losesSpans() ? 1 : FAILURES.size() + 1);
		ReceivedSpan later = spans.stream().filter((span) -> span.name().equals("later")).findFirst().orElseThrow();
		assertThat(later.input().asString()).isEqualTo("in");
		assertThat(later.output().asString()).isEqualTo("out");
	}

	@ParameterizedTest
	@EnumSource(names = "PROCESSOR_SHUTDOWN")
	void exportIsClosedThoughAProcessorFailsAtShutdown(Part part) throws InterruptedException {
		for (Supplier<Throwable> failure : FAILURES) {
			Failing failing = new Failing(part);
			failing.failure = failure.get();
			Set<Thread> before = Thread.getAllStackTraces().keySet();
			this.runner.withBean(ProjectTracerProviderCustomizer.class, () -> failing::customize)
				.run((context) -> this.held
					.add(context.getBean(BraintrustProjects.class).tracer("support").taskSpan("open").startSpan()));
			for (Thread thread : Thread.getAllStackTraces().keySet()) {
				if (thread.getName().startsWith("braintrust-") && !before.contains(thread)) {
					thread.join(Duration.ofMinutes(1).toMillis());
					assertThat(thread.isAlive()).as(thread.getName()).isFalse();
				}
			}
		}
		assertThat(this.receiver.awaitSpans(this.held.size())).extracting(ReceivedSpan::name).containsOnly("open");
	}

	@Test
	void errorsOfTheWorkComeOutAsTheyAre() {
		this.runner.run((context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			for (Supplier<Throwable> failure : FAILURES) {
				Throwable thrown = failure.get();
				assertThatCode(() -> tracer.taskSpan("failing").run((span) -> {
					throw thrown;
				})).isSameAs(thrown);
			}
		});
		assertThat(this.receiver.awaitSpans(FAILURES.size())).allMatch(ReceivedSpan::error);
	}

	/**
	 * The part that fails.
	 */
	enum Part {

		SAMPLER, PROCESSOR_START, PROCESSOR_END, PROCESSOR_FLUSH, PROCESSOR_SHUTDOWN, STORE_TRACEPARENT,
		STORE_TRACESTATE, STORE, CARRIER_SETTER, CARRIER_GETTER, CARRIER_KEYS, CARRIER_VALUES, GETTER, NUMBER, MESSAGE,
		TEXT;

		boolean losesSpans() {
			return this == SAMPLER || this == PROCESSOR_START;
		}

		boolean failsTheClose() {
			return this == PROCESSOR_FLUSH || this == PROCESSOR_SHUTDOWN;
		}

	}

	/**
	 * The parts of an application, one of which fails.
	 */
	public static final class Failing implements SpanProcessor, Sampler, StoredTraceContext, TextMapGetter<Object> {

		private final Part failing;

		private volatile Throwable failure;

		Failing(Part failing) {
			this.failing = failing;
		}

		private <T> T maybe(Part part, T value) {
			if (part == this.failing && this.failure != null) {
				throw Failing.<RuntimeException>sneaky(this.failure);
			}
			return value;
		}

		@SuppressWarnings("unchecked")
		private static <E extends Throwable> E sneaky(Throwable failure) throws E {
			throw (E) failure;
		}

		void customize(SdkTracerProviderBuilder builder) {
			builder.addSpanProcessor(this).setSampler(this);
		}

		String work(ProjectTracer tracer) {
			Context sender = tracer.propagator().extract(Context.current(), new Object(), this);
			try (Scope ignored = sender.makeCurrent()) {
				return tracer.inTrace(this, "work").input(this).metadata("a", this).call((span) -> {
					span.input(this).output(List.of(this)).metadata("b", Map.of("c", this));
					span.metric("n", new FailingNumber()).score("s", 1).tags("t").setAttribute("a", 1);
					span.recordException(new IllegalStateException() {

						@Override
						public String getMessage() {
							return maybe(Part.MESSAGE, "message");
						}

					});
					tracer.propagator()
						.inject(Context.current(), new LinkedHashMap<>(),
								(carrier, key, value) -> maybe(Part.CARRIER_SETTER, null));
					assertThat(tracer.currentSpan()).isSameAs(span);
					assertThat(tracer.permalink(span)).isNull();
					return "done";
				});
			}
		}

		// A property, for tests that use this object as a value.
		@SuppressWarnings("unused")
		public String getName() {
			return maybe(Part.GETTER, "name");
		}

		@Override
		public String toString() {
			return maybe(Part.TEXT, "text");
		}

		@Override
		public String traceparent() {
			return maybe(Part.STORE_TRACEPARENT, null);
		}

		@Override
		public String tracestate() {
			return maybe(Part.STORE_TRACESTATE, null);
		}

		@Override
		public void store(String traceparent, String tracestate) {
			maybe(Part.STORE, null);
		}

		@Override
		public Iterable<String> keys(Object carrier) {
			return maybe(Part.CARRIER_KEYS, List.of());
		}

		@Override
		public String get(Object carrier, String key) {
			return maybe(Part.CARRIER_GETTER, null);
		}

		@Override
		public Iterator<String> getAll(Object carrier, String key) {
			get(carrier, key);
			return new Iterator<>() {

				@Override
				public boolean hasNext() {
					return maybe(Part.CARRIER_VALUES, false);
				}

				@Override
				public String next() {
					return "";
				}

			};
		}

		@Override
		public SamplingResult shouldSample(Context parentContext, String traceId, String name, SpanKind spanKind,
				Attributes attributes, List<LinkData> parentLinks) {
			return maybe(Part.SAMPLER, SamplingResult.recordAndSample());
		}

		@Override
		public String getDescription() {
			return "failing";
		}

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
			maybe(Part.PROCESSOR_START, null);
		}

		@Override
		public boolean isStartRequired() {
			return true;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			maybe(Part.PROCESSOR_END, null);
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

		@Override
		public CompletableResultCode forceFlush() {
			return maybe(Part.PROCESSOR_FLUSH, CompletableResultCode.ofSuccess());
		}

		@Override
		public CompletableResultCode shutdown() {
			return maybe(Part.PROCESSOR_SHUTDOWN, CompletableResultCode.ofSuccess());
		}

		private final class FailingNumber extends Number {

			@Override
			public int intValue() {
				return 1;
			}

			@Override
			public long longValue() {
				return 1;
			}

			@Override
			public float floatValue() {
				return 1;
			}

			@Override
			public double doubleValue() {
				return maybe(Part.NUMBER, 1.0);
			}

		}

	}

}
