package dev.braintrust.spring.test;

import dev.braintrust.spring.settings.Amount;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions for one trace, in its current state.
 *
 * @see BraintrustAssertions
 */
public final class TraceAssert extends AbstractAssert<TraceAssert, RecordedTrace> {

	TraceAssert(RecordedTrace actual) {
		super(actual, TraceAssert.class);
	}

	/**
	 * Verify the name of the root and continue with the root.
	 * @param name the name
	 * @return assertions of the root
	 */
	public SpanAssert root(String name) {
		return root().isLike(ExpectedSpan.span(name));
	}

	/**
	 * Continue with the root.
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
	 * Verify that at least one span matches, at any depth.
	 * @param expected the expected span
	 * @return this assertion
	 */
	public TraceAssert hasSpan(ExpectedSpan expected) {
		if (this.actual.spans().stream().noneMatch((span) -> expected.mismatch(this.actual, span).isEmpty())) {
			throw failure("no span of the trace has %s", expected);
		}
		return this;
	}

	/**
	 * Verify that no span that has ended matches.
	 * @param unexpected the span that must not be there
	 * @return this assertion
	 */
	public TraceAssert hasNoSpan(ExpectedSpan unexpected) {
		if (this.actual.spans().stream().anyMatch((span) -> unexpected.mismatch(this.actual, span).isEmpty())) {
			throw failure("a span of the trace has %s", unexpected);
		}
		return this;
	}

	/**
	 * Verify the exact number of spans of the trace.
	 * @param count the number of spans
	 * @return this assertion
	 */
	public TraceAssert hasSpans(int count) {
		if (this.actual.spans().size() != count) {
			throw failure("the trace has %s, not %s", Amount.of(this.actual.spans().size(), "span"), count);
		}
		return this;
	}

}
