package dev.braintrust.spring.test;

/**
 * Assertions of what was recorded, to be imported statically beside AssertJ's own:
 *
 * <pre class="code">
 * assertThat(spans).project("support")
 * 	.hasTrace((trace) -&gt; trace.root("answer").hasChild(llm().inputContaining("order 4711")));
 * </pre>
 *
 * An assertion of what is there waits for it, for five seconds at the most, without
 * sleeping: it is looked at again whenever a span has ended. An assertion that fails
 * prints the spans as trees. AssertJ must be on the class path.
 *
 * @see ExpectedSpan
 */
public final class BraintrustAssertions {

	private BraintrustAssertions() {
	}

	/**
	 * Begin an assertion.
	 * @param spans what was recorded
	 * @return the assertion
	 */
	public static RecordedSpansAssert assertThat(RecordedSpans spans) {
		return new RecordedSpansAssert(spans);
	}

}
