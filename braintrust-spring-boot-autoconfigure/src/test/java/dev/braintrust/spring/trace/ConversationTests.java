package dev.braintrust.spring.trace;

import java.util.List;
import java.util.regex.Pattern;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ProjectTracer#inTrace}.
 */
class ConversationTests {

	private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void turnsInSeparateProcessesAreOneTraceBelowTheFirst() {
		Row row = new Row();
		for (int turn = 1; turn <= 3; turn++) {
			String name = "turn " + turn;
			// Each turn has its own application context, like jobs on three machines.
			this.runner.run((context) -> tracer(context).inTrace(row, name)
				.run((span) -> assertThat(row.traceparent()).matches(TRACEPARENT)));
		}
		List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("turn 1", "turn 2", "turn 3");
		assertThat(spans).extracting(ReceivedSpan::type).containsOnly("task");
		assertThat(spans.get(0).isRoot()).isTrue();
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(0))).isTrue();
		assertThat(row.stores).isEqualTo(1);
	}

	@Test
	void firstTurnIsARootOutsideEverythingThatIsCurrent() {
		Row row = new Row();
		this.runner.run((context) -> {
			ProjectTracer tracer = tracer(context);
			tracer.taskSpan("ambient")
				.run((ambient) -> tracer.inTrace(row, "turn")
					.run((turn) -> assertThat(turn.getSpanContext().getTraceId())
						.isNotEqualTo(ambient.getSpanContext().getTraceId())));
		});
		assertThat(this.receiver.awaitSpans(2)).allMatch(ReceivedSpan::isRoot);
	}

	@Test
	void contextIsStoredBeforeTheWorkRunsAndStaysWhenItFails() {
		Row row = new Row();
		this.runner.run((context) -> {
			try {
				tracer(context).inTrace(row, "turn").run((span) -> {
					assertThat(row.traceparent()).contains(span.getSpanContext().getSpanId());
					throw new IllegalStateException("out of luck");
				});
			}
			catch (IllegalStateException ex) {
				assertThat(ex).hasMessage("out of luck");
			}
		});
		assertThat(this.receiver.awaitSpans(1).get(0).error()).isTrue();
		assertThat(row.traceparent()).matches(TRACEPARENT);
	}

	@Test
	void malformedContextCountsAsEmptyAndIsRepaired() {
		Row row = new Row();
		row.traceparent = "00-00000000000000000000000000000000-0000000000000000-01";
		this.runner.run((context) -> tracer(context).inTrace(row, "turn").run((span) -> {
		}));
		assertThat(this.receiver.awaitSpans(1).get(0).isRoot()).isTrue();
		assertThat(row.traceparent()).matches(TRACEPARENT).doesNotContain("0000000000000000");
	}

	@Test
	void unsampledConversationStaysUnsampledAndASampledOneSampled() {
		Row sampled = new Row();
		this.runner.run((context) -> tracer(context).inTrace(sampled, "turn 1").run((span) -> {
		}));
		Row unsampled = new Row();
		this.runner.withPropertyValues("braintrust.sampling.probability=0").run((context) -> {
			tracer(context).inTrace(unsampled, "turn 1").run((span) -> assertThat(span.isRecording()).isFalse());
			tracer(context).inTrace(sampled, "turn 2").run((span) -> assertThat(span.isRecording()).isTrue());
		});
		this.runner.run((context) -> tracer(context).inTrace(unsampled, "turn 2")
			.run((span) -> assertThat(span.isRecording()).isFalse()));
		assertThat(unsampled.traceparent()).matches(TRACEPARENT);
		assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::name).containsExactly("turn 1", "turn 2");
	}

	private static ProjectTracer tracer(ApplicationContext context) {
		return context.getBean(BraintrustProjects.class).tracer("support");
	}

	static class Row implements StoredTraceContext {

		private String traceparent;

		private String tracestate;

		private int stores;

		@Override
		public String traceparent() {
			return this.traceparent;
		}

		@Override
		public String tracestate() {
			return this.tracestate;
		}

		@Override
		public void store(String traceparent, String tracestate) {
			this.traceparent = traceparent;
			this.tracestate = tracestate;
			this.stores++;
		}

	}

}
