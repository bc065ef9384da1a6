package dev.braintrust.spring.test;

import java.util.List;

import org.assertj.core.api.AbstractAssert;

/**
 * Assertions for one span and the spans below it.
 *
 * @see BraintrustAssertions
 */
public final class SpanAssert extends AbstractAssert<SpanAssert, RecordedSpan> {

	private final RecordedTrace trace;

	SpanAssert(RecordedTrace trace, RecordedSpan actual) {
		super(actual, SpanAssert.class);
		this.trace = trace;
	}

	/**
	 * Verify that the span matches.
	 * @param expected the expected span
	 * @return this assertion
	 */
	public SpanAssert isLike(ExpectedSpan expected) {
		expected.mismatch(this.trace, this.actual).ifPresent((mismatch) -> {
			throw failure("%s: %s", this.actual.name(), mismatch);
		});
		return this;
	}

	/**
	 * Verify that at least one child matches.
	 * @param expected the expected child
	 * @return this assertion
	 */
	public SpanAssert hasChild(ExpectedSpan expected) {
		child(expected);
		return this;
	}

	/**
	 * Continue with the first child that matches.
	 * @param expected the expected child
	 * @return assertions of the child
	 */
	public SpanAssert child(ExpectedSpan expected) {
		return this.trace.children(this.actual)
			.stream()
			.filter((child) -> expected.mismatch(this.trace, child).isEmpty())
			.findFirst()
			.map((child) -> new SpanAssert(this.trace, child))
			.orElseThrow(() -> failure("%s: no child with %s", this.actual.name(), expected));
	}

	/**
	 * Verify that the children match, in the order in which they began, and that there
	 * are no others.
	 * @param expected the expected children
	 * @return this assertion
	 */
	public SpanAssert hasChildren(ExpectedSpan... expected) {
		List<RecordedSpan> children = this.trace.children(this.actual);
		if (children.size() != expected.length) {
			throw failure("%s: %s children, not %s", this.actual.name(), children.size(), expected.length);
		}
		for (int i = 0; i < expected.length; i++) {
			new SpanAssert(this.trace, children.get(i)).isLike(expected[i]);
		}
		return this;
	}

	/**
	 * Verify that at least one span below matches, at any depth.
	 * @param expected the expected span
	 * @return this assertion
	 */
	public SpanAssert hasDescendant(ExpectedSpan expected) {
		if (!isAbove(this.actual, expected)) {
			throw failure("%s: nothing below it with %s", this.actual.name(), expected);
		}
		return this;
	}

	private boolean isAbove(RecordedSpan span, ExpectedSpan expected) {
		return this.trace.children(span)
			.stream()
			.anyMatch((child) -> expected.mismatch(this.trace, child).isEmpty() || isAbove(child, expected));
	}

}
