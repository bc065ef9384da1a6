package dev.braintrust.spring.eval.score;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The ended spans of one row in the order of their start, including the spans of your
 * agent:
 *
 * <pre class="code">
 * .scorer("tools", (it) -&gt; it.trace().toolNames().contains("lookUpOrder") ? 1 : 0)
 * </pre>
 */
public interface RowTrace {

	/**
	 * All spans of the task, without the span of the row itself and without spans of
	 * scorers.
	 * @return the spans
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	List<RowSpan> spans();

	/**
	 * The model calls.
	 * @return the spans of type {@code llm}
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	default List<RowSpan> llmCalls() {
		return spans().stream().filter((span) -> "llm".equals(span.type())).toList();
	}

	/**
	 * The tool executions.
	 * @return the spans of type {@code tool}
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	default List<RowSpan> toolCalls() {
		return spans().stream().filter((span) -> "tool".equals(span.type())).toList();
	}

	/**
	 * The names of the executed tools.
	 * @return the names, one for each execution
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	default List<String> toolNames() {
		return toolCalls().stream().map(RowSpan::name).toList();
	}

	/**
	 * The tokens of all model calls.
	 * @return the sum; zero if the project records no spans
	 */
	TokenUsage usage();

	/**
	 * A span that ended inside a row.
	 *
	 * @param id the id of the span
	 * @param parentId the id of its parent
	 * @param name the name; for a span of type {@code tool}, the name of the tool
	 * @param type {@code task}, {@code llm}, {@code tool}, {@code function}, or
	 * {@code null} for a span without a type
	 * @param start the time of its start
	 * @param duration its duration
	 * @param metrics its metrics, such as {@code prompt_tokens}
	 * @param error the class name of its error, or {@code null} without an error
	 */
	record RowSpan(String id, String parentId, String name, @Nullable String type, Instant start, Duration duration,
			Map<String, Number> metrics, @Nullable String error) {

		public RowSpan {
			metrics = Map.copyOf(metrics);
		}

	}

}
