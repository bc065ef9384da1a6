package dev.braintrust.spring.test;

/**
 * A test without an application context, in a separate directory.
 */
public final class RecordingProcess {

	private RecordingProcess() {
	}

	public static void main(String[] arguments) {
		RecordedSpans spans = new RecordedSpans();
		spans.projects("support").tracer("support").rootSpan("answer").run((span) -> span.output("fine"));
		BraintrustAssertions.assertThat(spans).project("support").hasSpans(1);
	}

}
