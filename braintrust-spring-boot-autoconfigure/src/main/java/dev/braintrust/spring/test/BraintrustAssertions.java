package dev.braintrust.spring.test;

/**
 * Assertions for recorded spans. Import them statically, next to AssertJ's own:
 *
 * <pre class="code">
 * assertThat(spans).project("support")
 * 	.hasTrace((trace) -&gt; trace.root("answer").hasChild(llm().inputContaining("order 4711")));
 * </pre>
 *
 * An assertion waits for its spans for up to five seconds: it checks again whenever a
 * span ends, and does not sleep. A failed assertion prints the spans as trees. AssertJ
 * must be on the class path.
 *
 * @see ExpectedSpan
 */
public final class BraintrustAssertions {

	private BraintrustAssertions() {
	}

	/**
	 * Begin an assertion.
	 * @param spans the recorded spans
	 * @return the assertion
	 */
	public static RecordedSpansAssert assertThat(RecordedSpans spans) {
		return new RecordedSpansAssert(spans);
	}

}
