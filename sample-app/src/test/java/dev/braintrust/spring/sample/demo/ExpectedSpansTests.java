package dev.braintrust.spring.sample.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.braintrust.spring.sample.offline.CollectedSpan;
import dev.braintrust.spring.sample.report.TestSpans;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExpectedSpansTests {

	private static final String SUPPORT = ExpectedSpans.SUPPORT;

	private static final String RESEARCH = ExpectedSpans.RESEARCH;

	private static final Set<String> ATTACHMENTS = Set.of("k-1");

	private static final String REFERENCE = "{\"type\":\"braintrust_attachment\",\"filename\":\"a.png\",\"key\":\"k-1\"}";

	private final ExpectedSpans expected = new ExpectedSpans(7, 2, true, true);

	private final List<CollectedSpan> spans = new ArrayList<>(
			List.of(TestSpans.projectSpan(SUPPORT, "a", "1", "", "answer", "task"),
					TestSpans.projectSpan(SUPPORT, "a", "2", "1", "chat", "llm"),
					TestSpans.span(SUPPORT, "a", "3", "1", "ask",
							Map.of("braintrust.parent", SUPPORT, "braintrust.span_attributes", "{\"type\":\"tool\"}",
									"braintrust.input_json", REFERENCE)),
					TestSpans.projectSpan(RESEARCH, "b", "4", "", "chat", "llm"),
					TestSpans.projectSpan(SUPPORT, "a", "5", "1", "answer", "task"),
					TestSpans.projectSpan(SUPPORT, "a", "6", "5", "chat", "llm"),
					TestSpans.appSpan("c", "7", "", "job"), TestSpans.appSpan("d", "8", "", "job")));

	@Test
	void isContentWithThreeSetsThatDoNotMix() {
		assertThat(this.expected.differences(this.spans, ATTACHMENTS)).isEmpty();
	}

	@Test
	void isContentWithWorkOnAnotherConversationBesides() {
		this.spans.add(TestSpans.span(SUPPORT, "e", "9", "", "answer",
				Map.of("braintrust.parent", SUPPORT, "braintrust.metadata", "{\"job\":\"6-1\"}")));
		this.spans.add(TestSpans.span(null, "f", "10", "", "job", Map.of("job.id", "6-1")));
		assertThat(this.expected.differences(this.spans, ATTACHMENTS)).isEmpty();
	}

	@Test
	void findsAConversationThatFellApart() {
		this.spans.set(4, TestSpans.projectSpan(SUPPORT, "e", "5", "", "answer", "task"));
		assertThat(this.expected.differences(this.spans, ATTACHMENTS)).containsExactly("The conversation has 2 traces",
				"The conversation has 3 roots");
	}

	@Test
	void findsWhatIsMissing() {
		assertThat(this.expected.differences(List.of(), Set.of())).containsExactly("The conversation has 0 answers",
				"The conversation has 0 traces", "The conversation has 0 roots", "The conversation has 0 model calls",
				"The conversation has no tool call", "Research has no model call", "The conversation has 0 attachments",
				"The application's own telemetry has 0 jobs");
	}

	@Test
	void findsAnAttachmentThatHasNotArrived() {
		assertThat(this.expected.differences(this.spans, Set.of()))
			.containsExactly("An attachment of the conversation has not arrived");
	}

	@Test
	void findsASpanOfBraintrustInTheTelemetry() {
		this.spans.add(TestSpans.span(null, "e", "9", "", "chat", Map.of("braintrust.parent", SUPPORT)));
		assertThat(this.expected.differences(this.spans, ATTACHMENTS))
			.containsExactly("A span of Braintrust is in the application's own telemetry");
	}

	@Test
	void findsASpanInTheWrongProject() {
		this.spans.add(TestSpans.span(RESEARCH, "b", "9", "4", "chat", Map.of("braintrust.parent", SUPPORT)));
		this.spans.add(TestSpans.span(RESEARCH, "b", "10", "4", "GET", Map.of()));
		assertThat(this.expected.differences(this.spans, ATTACHMENTS))
			.containsExactly("A span names another project than the one it was sent to");
	}

	@Test
	void findsASharedTraceAndAnUnknownProject() {
		this.spans.add(TestSpans.appSpan("a", "9", "1", "GET"));
		this.spans.add(TestSpans.projectSpan("project_name:Other", "e", "10", "", "chat", "llm"));
		assertThat(this.expected.differences(this.spans, ATTACHMENTS))
			.containsExactly("Spans arrived for another project than the two", "A trace id is used on two sides");
	}

	@Test
	void doesNotJudgeWhatWasNotCollected() {
		assertThat(new ExpectedSpans(7, 2, false, false).differences(List.of(), Set.of())).isEmpty();
		assertThat(new ExpectedSpans(7, 2, false, true).differences(this.spans.subList(6, 8), Set.of())).isEmpty();
	}

}
