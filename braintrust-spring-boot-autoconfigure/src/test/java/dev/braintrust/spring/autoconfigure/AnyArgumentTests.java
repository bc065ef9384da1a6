package dev.braintrust.spring.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that OpenTelemetry's methods accept all arguments, like its own "do not crash"
 * tests: each public method of its interfaces is called with each combination of null,
 * empty, negative and too large arguments.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class AnyArgumentTests {

	private static final Map<Class<?>, List<Object>> ARGUMENTS = new HashMap<>();

	static {
		SpanContext valid = SpanContext.create("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
				TraceFlags.getSampled(), TraceState.getDefault());
		Attributes attributes = Attributes.of(AttributeKey.stringKey("a"), "b", AttributeKey.stringKey(""), "");
		ARGUMENTS.put(String.class, Arrays.asList(null, "", "name", "\0\n"));
		ARGUMENTS.put(long.class, List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE));
		ARGUMENTS.put(int.class, List.of(-1, 0));
		ARGUMENTS.put(double.class, List.of(Double.NaN, -1.0));
		ARGUMENTS.put(boolean.class, List.of(true));
		ARGUMENTS.put(TimeUnit.class, Arrays.asList(null, TimeUnit.NANOSECONDS, TimeUnit.DAYS));
		ARGUMENTS.put(Instant.class, Arrays.asList(null, Instant.MIN, Instant.EPOCH, Instant.MAX));
		ARGUMENTS.put(AttributeKey.class, Arrays.asList(null, AttributeKey.stringKey(""), AttributeKey.stringKey("a")));
		ARGUMENTS.put(Value.class, Arrays.asList(null, Value.of("text")));
		ARGUMENTS.put(Object.class, Arrays.asList(null, "text"));
		ARGUMENTS.put(Attributes.class, Arrays.asList(null, Attributes.empty(), attributes));
		ARGUMENTS.put(SpanContext.class, Arrays.asList(null, SpanContext.getInvalid(), valid));
		ARGUMENTS.put(Context.class, Arrays.asList(null, Context.root(), Context.root().with(Span.wrap(valid))));
		ARGUMENTS.put(StatusCode.class, Arrays.asList(null, StatusCode.ERROR));
		ARGUMENTS.put(SpanKind.class, Arrays.asList(null, SpanKind.CLIENT));
		ARGUMENTS.put(Throwable.class, Arrays.asList(null, new SilentException()));
		ARGUMENTS.put(TextMapSetter.class, Arrays.asList(null, (TextMapSetter<Object>) (carrier, key, value) -> {
		}));
		ARGUMENTS.put(TextMapGetter.class, Arrays.asList(null, new HeadersGetter()));
	}

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ConfigurableApplicationContext context = new SpringApplicationBuilder(
			BraintrustAutoConfiguration.class)
		.web(WebApplicationType.NONE)
		.properties("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.recording.name=Recording", "braintrust.projects.unsampled.sampling.probability=0",
				"braintrust.projects.off.enabled=false", "braintrust.projects.down.name=Down")
		.run();

	private final BraintrustProjects projects = this.context.getBean(BraintrustProjects.class);

	@AfterAll
	void close() {
		this.context.close();
		this.receiver.close();
	}

	@ParameterizedTest
	@EnumSource
	void methodsOfSpansNeverThrow(State state) {
		assertThat(failures(Span.class, () -> state.span(tracer(state)))).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void methodsOfBuildersNeverThrowAndTheSpanStarts(State state) {
		List<SpanBuilder> builders = new ArrayList<>();
		assertThat(failures(SpanBuilder.class, () -> {
			SpanBuilder builder = state.spanBuilder(tracer(state));
			builders.add(builder);
			return builder;
		})).isEmpty();
		builders.forEach((builder) -> {
			Span span = builder.startSpan();
			assertThat(span.isRecording()).isEqualTo(state.isRecorded());
			span.end();
		});
	}

	@ParameterizedTest
	@EnumSource
	void methodsAroundThemNeverThrow(State state) {
		String key = state.key();
		ProjectTracer tracer = tracer(state);
		OpenTelemetry openTelemetry = this.projects.openTelemetry(key);
		TracerProvider provider = this.projects.tracerProvider(key);
		List<String> failures = new ArrayList<>();
		failures.addAll(failures(Tracer.class, () -> tracer));
		failures.addAll(failures(Tracer.class, () -> provider.get(null)));
		failures.addAll(failures(TracerProvider.class, () -> provider));
		failures.addAll(failures(TracerBuilder.class, () -> provider.tracerBuilder(null)));
		failures.addAll(failures(OpenTelemetry.class, () -> openTelemetry));
		failures.addAll(failures(ContextPropagators.class, openTelemetry::getPropagators));
		failures.addAll(failures(TextMapPropagator.class, tracer::propagator));
		assertThat(failures).isEmpty();
		Span unnamed = provider.tracerBuilder(null)
			.setInstrumentationVersion(null)
			.setSchemaUrl(null)
			.build()
			.spanBuilder(null)
			.startSpan();
		assertThat(unnamed.isRecording()).isEqualTo(state.isRecorded());
		unnamed.end();
	}

	@Test
	void errorWithoutAThrowableOrAttributesIsTaken() {
		try (OtlpReceiver received = new OtlpReceiver();
				ConfigurableApplicationContext application = new SpringApplicationBuilder(
						BraintrustAutoConfiguration.class)
					.web(WebApplicationType.NONE)
					.properties("braintrust.api-url=" + received.url(), "braintrust.api-key=sk-test",
							"braintrust.projects.support.name=Support")
					.run()) {
			ProjectTracer tracer = application.getBean(BraintrustProjects.class).tracer("support");
			Span none = tracer.spanBuilder(null).setParent(null).startSpan();
			none.recordException(null).recordException(null, null).end(-1, null);
			Span failed = tracer.taskSpan("failed").startSpan();
			failed.recordException(new IllegalStateException("late"), null).end();
			List<ReceivedSpan> spans = received.awaitSpans(2);
			assertThat(spans).extracting(ReceivedSpan::name).contains("failed").doesNotContainNull();
		}
	}

	@Test
	void nothingOfItIsAFailureOfOurs(CapturedOutput output) {
		for (State state : EnumSet.complementOf(EnumSet.of(State.DOWN))) {
			failures(Span.class, () -> state.span(tracer(state)));
			failures(SpanBuilder.class, () -> state.spanBuilder(tracer(state)));
		}
		assertThat(output).doesNotContain("are incomplete", "do not fit together", "was added to the Braintrust");
	}

	private ProjectTracer tracer(State state) {
		if (state == State.DOWN) {
			this.context.getBean(ProjectSwitches.class).of("down").incompatible(new NoSuchMethodError());
		}
		return this.projects.tracer(state.key());
	}

	private static List<String> failures(Class<?> type, Supplier<?> target) {
		List<String> failures = new ArrayList<>();
		for (Method method : type.getMethods()) {
			if (!Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Object.class) {
				combinations(method.getParameterTypes())
					.forEach((arguments) -> call(method, target.get(), arguments, failures));
			}
		}
		return failures;
	}

	private static void call(Method method, Object target, Object[] arguments, List<String> failures) {
		try {
			Object result = method.invoke(target, arguments);
			if (result instanceof Scope scope) {
				scope.close();
			}
			boolean returns = method.getReturnType() != void.class;
			if (returns && result == null) {
				failures.add(method + " " + Arrays.toString(arguments) + " returns null");
			}
		}
		catch (InvocationTargetException ex) {
			failures.add(method + " " + Arrays.toString(arguments) + ": " + ex.getCause());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<Object[]> combinations(Class<?>[] types) {
		List<Object[]> combinations = new ArrayList<>();
		combinations.add(new Object[types.length]);
		for (int i = 0; i < types.length; i++) {
			List<Object[]> longer = new ArrayList<>();
			assertThat(ARGUMENTS).containsKey(types[i]);
			for (Object[] combination : combinations) {
				for (Object argument : ARGUMENTS.get(types[i])) {
					Object[] next = combination.clone();
					next[i] = argument;
					longer.add(next);
				}
			}
			combinations = longer;
		}
		return combinations;
	}

	/**
	 * The state of a span.
	 */
	enum State {

		RECORDING, UNSAMPLED, OFF, DOWN, ENDED, REMOTE;

		String key() {
			return switch (this) {
				case UNSAMPLED -> "unsampled";
				case OFF -> "off";
				case DOWN -> "down";
				default -> "recording";
			};
		}

		boolean isRecorded() {
			return key().equals("recording");
		}

		SpanBuilder spanBuilder(ProjectTracer tracer) {
			return tracer.spanBuilder("span").setNoParent();
		}

		Span span(ProjectTracer tracer) {
			Span span = spanBuilder(tracer).startSpan();
			if (this == ENDED) {
				span.end();
			}
			if (this == REMOTE) {
				Map<String, String> headers = new HashMap<>();
				tracer.propagator().inject(Context.root().with(span), headers, Map::put);
				try (Scope ignored = tracer.propagator()
					.extract(Context.root(), headers, new HeadersGetter())
					.makeCurrent()) {
					return tracer.currentSpan();
				}
			}
			return span;
		}

	}

	/**
	 * An exception without a message and stack trace.
	 */
	private static final class SilentException extends RuntimeException {

		SilentException() {
			super(null, null, false, false);
		}

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

		@Override
		public String toString() {
			return "SilentException";
		}

	}

	/**
	 * Reads maps, and returns no headers for other carriers.
	 */
	private static final class HeadersGetter implements TextMapGetter<Object> {

		@Override
		public Iterable<String> keys(Object carrier) {
			return null;
		}

		@Override
		public String get(Object carrier, String key) {
			return (carrier instanceof Map<?, ?> headers) ? (String) headers.get(key) : null;
		}

	}

}
