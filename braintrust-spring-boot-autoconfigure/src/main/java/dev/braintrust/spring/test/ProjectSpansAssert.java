package dev.braintrust.spring.test;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.braintrust.spring.settings.Amount;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions for the spans of one project. They wait for the spans.
 *
 * @see BraintrustAssertions
 */
public final class ProjectSpansAssert extends AbstractAssert<ProjectSpansAssert, RecordedSpans> {

	private final String project;

	private Duration timeout;

	ProjectSpansAssert(RecordedSpans actual, String project, Duration timeout) {
		super(actual, ProjectSpansAssert.class);
		this.project = project;
		this.timeout = timeout;
	}

	/**
	 * Change the time to wait; zero does not wait.
	 * @param timeout the maximum time that the following assertions wait
	 * @return this assertion
	 */
	public ProjectSpansAssert within(Duration timeout) {
		this.timeout = timeout;
		return this;
	}

	/**
	 * Verify that at least one trace matches. The assertions may run several times.
	 * @param expected assertions of one trace
	 * @return this assertion
	 */
	public ProjectSpansAssert hasTrace(Consumer<TraceAssert> expected) {
		return await("a trace that matches", () -> {
			StringBuilder reasons = new StringBuilder();
			for (RecordedTrace trace : this.actual.traces(this.project)) {
				try {
					expected.accept(new TraceAssert(trace));
					return "";
				}
				catch (AssertionError ex) {
					reasons.append("\n- ").append(ex.getMessage());
				}
			}
			return reasons.isEmpty() ? " none" : " none:" + reasons;
		});
	}

	/**
	 * Verify the exact number of traces.
	 * @param count the number of traces
	 * @return this assertion
	 */
	public ProjectSpansAssert hasTraces(int count) {
		return await(Amount.of(count, "trace"), () -> {
			int traces = this.actual.traces(this.project).size();
			return (traces != count) ? " " + traces : "";
		});
	}

	/**
	 * Verify that at least one span of any trace matches.
	 * @param expected the expected span
	 * @return this assertion
	 */
	public ProjectSpansAssert hasSpan(ExpectedSpan expected) {
		return await("a span with " + expected, () -> {
			List<RecordedTrace> traces = this.actual.traces(this.project);
			boolean found = traces.stream()
				.anyMatch(
						(trace) -> trace.spans().stream().anyMatch((span) -> expected.mismatch(trace, span).isEmpty()));
			return found ? ""
					: " none:" + traces.stream()
						.flatMap((trace) -> trace.spans()
							.stream()
							.map((span) -> "\n- " + span.name() + ": " + expected.mismatch(trace, span).orElse("")))
						.collect(Collectors.joining());
		});
	}

	/**
	 * Verify the exact number of spans of all traces together.
	 * @param count the number of spans
	 * @return this assertion
	 */
	public ProjectSpansAssert hasSpans(int count) {
		return await(Amount.of(count, "span"), () -> {
			int spans = this.actual.of(this.project).size();
			return (spans != count) ? " " + spans : "";
		});
	}

	/**
	 * Verify that no span of the project has ended. This does not wait for later spans.
	 * @return this assertion
	 */
	public ProjectSpansAssert hasNoSpans() {
		if (!this.actual.of(this.project).isEmpty()) {
			failWithMessage("Expected no spans of the Braintrust project '%s', but recorded were:%n%n%s", this.project,
					this.actual);
		}
		return this;
	}

	private ProjectSpansAssert await(String expectation, Supplier<String> mismatch) {
		if (!this.actual.await(this.timeout, () -> mismatch.get().isEmpty())) {
			failWithMessage("Expected of the Braintrust project '%s', within %s ms, %s, but there is%s%n%n%s",
					this.project, this.timeout.toMillis(), expectation, mismatch.get(), this.actual);
		}
		return this;
	}

}
