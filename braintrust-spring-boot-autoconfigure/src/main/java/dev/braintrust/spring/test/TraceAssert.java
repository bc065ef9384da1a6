package dev.braintrust.spring.test;

import org.assertj.core.api.AbstractAssert;

/**
 * Assertions of one trace, as it is now.
 */
public final class TraceAssert extends AbstractAssert<TraceAssert, RecordedTrace> {

	TraceAssert(RecordedTrace actual) {
		super(actual, TraceAssert.class);
	}

	/**
	 * Go on with the root, which has a name.
	 * @param name the name
	 * @return assertions of the root
	 */
	public SpanAssert root(String name) {
		return root().isLike(ExpectedSpan.span(name));
	}

	/**
	 * Go on with the root.
	 * @return assertions of the root
	 */
	public SpanAssert root() {
		RecordedSpan root = this.actual.root().orElse(null);
		if (root == null) {
			throw failure("the root of the trace has not ended; its first span so far is %s",
					this.actual.spans().get(0).name());
		}
		return new SpanAssert(this.actual, root);
	}

	/**
	 * At least one span, at whatever depth, is as expected.
	 * @param expected what the span is like
	 * @return this assertion
	 */
	public TraceAssert hasSpan(ExpectedSpan expected) {
		if (this.actual.spans().stream().noneMatch((span) -> expected.mismatch(this.actual, span).isEmpty())) {
			throw failure("no span of the trace has %s", expected);
		}
		return this;
	}

	/**
	 * No span that has ended by now is like this.
	 * @param unexpected what no span is like
	 * @return this assertion
	 */
	public TraceAssert hasNoSpan(ExpectedSpan unexpected) {
		if (this.actual.spans().stream().anyMatch((span) -> unexpected.mismatch(this.actual, span).isEmpty())) {
			throw failure("a span of the trace has %s", unexpected);
		}
		return this;
	}

	/**
	 * The trace has as many spans.
	 * @param count the number of spans
	 * @return this assertion
	 */
	public TraceAssert hasSpans(int count) {
		if (this.actual.spans().size() != count) {
			throw failure("the trace has %s spans, not %s", this.actual.spans().size(), count);
		}
		return this;
	}

}
