package dev.braintrust.spring.sample.report;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.sample.offline.CollectedSpans;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	@Test
	void drawsATreeForEachTraceOfEachDestination() {
		CollectedSpans spans = new CollectedSpans(true, true);
		spans.add(List.of(TestSpans.projectSpan("project_name:Support Desk", "a", "1", "", "answer", "task"),
				TestSpans.projectSpan("project_name:Support Desk", "a", "2", "1", "chat", "llm"),
				TestSpans.projectSpan("project_name:Support Desk", "a", "3", "1", "answer", "task"),
				TestSpans.appSpan("b", "4", "", "job")));
		assertThat(new TextReport(new Report(spans)).text()).isEqualTo("""

				Braintrust project Support Desk \u00b7 3 spans in 1 trace
				trace a
				\u2514\u2500 answer     task         2 ms                   [job 7-1] <answer>? \u2192 answer!
				   \u251c\u2500 chat    llm          2 ms                   <chat>? \u2192 chat!
				   \u2514\u2500 answer  task         2 ms                   [job 7-3] <answer>? \u2192 answer!

				The application's own telemetry \u00b7 1 span in 1 trace
				trace b
				\u2514\u2500 job               2 ms                   [job 7-4]
				""");
	}

	@Test
	void saysWhatItCannotShow() {
		assertThat(new TextReport(new Report(new CollectedSpans(false, true))).text())
			.contains("Braintrust \u00b7 These spans went elsewhere")
			.contains("telemetry \u00b7 0 spans");
		assertThat(new TextReport(new Report(new CollectedSpans(true, false))).text())
			.contains("telemetry \u00b7 These spans went elsewhere");
	}

	@Test
	void showsWhatIsNoJsonAsItIs() {
		assertThat(SpanLine.of(TestSpans.span("project_name:Support Desk", "a", "1", "", "answer",
				Map.of("braintrust.input_json", "{\"cut"))))
			.isEqualTo(new SpanLine("answer", "", "2 ms", "", "{\"cut \u2192 "));
	}

}
