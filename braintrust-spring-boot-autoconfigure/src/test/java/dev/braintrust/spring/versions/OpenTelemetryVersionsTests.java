package dev.braintrust.spring.versions;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that projects record with the oldest and newest supported OpenTelemetry, each in
 * a separate class loader.
 */
class OpenTelemetryVersionsTests {

	@ParameterizedTest
	@CsvSource({ "oldest, 1.55.0", "newest, 1.68.0" })
	void projectRecordsAndSends(String version, String expected) throws Exception {
		assertThat(OtherOpenTelemetry.call(version, Recorded.class))
			.isEqualTo(expected + ", enabled, task below root, question > answer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "oldest", "newest" })
	void everythingThatOurClassesReferToIsThere(String version) throws Exception {
		assertThat(new Linkage(OtherOpenTelemetry.classPath(version)).problems()).isEmpty();
	}

	/**
	 * Records two spans and sends them.
	 */
	public static final class Recorded implements Callable<String> {

		@Override
		public String call() {
			StringBuilder seen = new StringBuilder();
			seen.append(SdkTracerProvider.class.getPackage().getImplementationVersion());
			assertThat(Tracer.class.getPackage().getImplementationVersion()).isEqualTo(seen.toString());
			try (OtlpReceiver receiver = new OtlpReceiver()) {
				new ApplicationContextRunner()
					.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
					.withPropertyValues("braintrust.api-url=" + receiver.url(), "braintrust.api-key=sk-test",
							"braintrust.projects.support.name=Support")
					.run((context) -> record(context.getBean(BraintrustProjects.class).tracer("support"), seen));
				Map<String, ReceivedSpan> spans = new HashMap<>();
				receiver.awaitSpans(2).forEach((span) -> spans.put(span.name(), span));
				ReceivedSpan task = spans.get("task");
				boolean below = task.parentSpanId().equals(spans.get("root").spanId());
				return seen.append(below ? ", task below root" : ", torn")
					.append(", ")
					.append(task.input().asString())
					.append(" > ")
					.append(task.output().asString())
					.toString();
			}
		}

		private static void record(ProjectTracer tracer, StringBuilder seen) {
			seen.append(tracer.isEnabled() ? ", enabled" : ", disabled");
			Map<String, String> headers = new HashMap<>();
			tracer.rootSpan("root").run((root) -> tracer.propagator().inject(Context.current(), headers, Map::put));
			assertThat(headers).containsKeys("traceparent", "baggage");
			Context extracted = tracer.propagator().extract(Context.root(), headers, new HeadersGetter());
			tracer.taskSpan("task").setParent(extracted).input("question").run((task) -> task.output("answer"));
		}

	}

}
