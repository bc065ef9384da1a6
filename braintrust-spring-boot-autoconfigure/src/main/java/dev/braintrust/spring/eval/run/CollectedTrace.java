package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.eval.score.RowTrace;
import dev.braintrust.spring.eval.score.TokenUsage;
import dev.braintrust.spring.trace.route.RoutedRow;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * The ended spans of a task.
 *
 * @param spans the spans, in the order of their start
 * @param problem the reason why there is no trace, or {@code null}
 */
record CollectedTrace(List<RowSpan> spans, @Nullable String problem) implements RowTrace {

	private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

	static CollectedTrace of(List<RoutedRow.Ended> ended, String task) {
		return new CollectedTrace(ended.stream()
			.sorted(Comparator.comparingLong((each) -> each.span().getStartEpochNanos()))
			.filter((each) -> !each.span().getSpanId().equals(task))
			.map(CollectedTrace::span)
			.toList(), null);
	}

	static CollectedTrace none(String project) {
		return new CollectedTrace(List.of(), "The Braintrust project '" + project
				+ "' is off and records no spans, so there is no trace to look at");
	}

	private static RowSpan span(RoutedRow.Ended ended) {
		SpanData span = ended.span();
		SpanType type = ended.type();
		long start = span.getStartEpochNanos();
		return new RowSpan(span.getSpanId(), span.getParentSpanId(), span.getName(),
				(type != null) ? type.text() : null, Instant.ofEpochSecond(start / NANOS, start % NANOS),
				Duration.ofNanos(span.getEndEpochNanos() - start), metrics(ended),
				(span.getStatus().getStatusCode() == StatusCode.ERROR) ? ended.error() : null);
	}

	private static Map<String, Number> metrics(RoutedRow.Ended ended) {
		try {
			return ended.metrics();
		}
		catch (Throwable ex) {
			// They are read from foreign objects.
			return Map.of();
		}
	}

	// Return the spans, empty if the project records no spans.
	List<RowSpan> all() {
		return this.spans;
	}

	@Override
	public List<RowSpan> spans() {
		if (this.problem != null) {
			throw new IllegalStateException(this.problem);
		}
		return this.spans;
	}

	@Override
	public TokenUsage usage() {
		TokenUsage usage = TokenUsage.NONE;
		for (RowSpan span : this.spans) {
			if ("llm".equals(span.type())) {
				usage = usage.plus(new TokenUsage(1, tokens(span, "prompt_tokens"), tokens(span, "completion_tokens")));
			}
		}
		return usage;
	}

	private static long tokens(RowSpan span, String metric) {
		Number tokens = span.metrics().get(metric);
		return (tokens != null) ? tokens.longValue() : 0;
	}

}
