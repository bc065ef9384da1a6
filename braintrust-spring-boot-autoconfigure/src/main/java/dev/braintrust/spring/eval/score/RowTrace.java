package dev.braintrust.spring.eval.score;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The spans of one row that have ended, your agent's included, in the order of their
 * start:
 *
 * <pre class="code">
 * .scorer("tools", (it) -&gt; it.trace().toolNames().contains("lookUpOrder") ? 1 : 0)
 * </pre>
 */
public interface RowTrace {

	/**
	 * All spans of the task. Neither the span of the row itself nor those of scorers are
	 * among them.
	 * @return the spans
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	List<RowSpan> spans();

	/**
	 * The calls of models.
	 * @return the spans of type {@code llm}
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	default List<RowSpan> llmCalls() {
		return spans().stream().filter((span) -> "llm".equals(span.type())).toList();
	}

	/**
	 * The executions of tools.
	 * @return the spans of type {@code tool}
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	default List<RowSpan> toolCalls() {
		return spans().stream().filter((span) -> "tool".equals(span.type())).toList();
	}

	/**
	 * The names of the tools that were executed, as often as they were.
	 * @return the names
	 * @throws IllegalStateException if the project records no spans, because it is off
	 */
	default List<String> toolNames() {
		return toolCalls().stream().map(RowSpan::name).toList();
	}

	/**
	 * The tokens of all calls of models.
	 * @return the sum; nothing if the project records no spans
	 */
	TokenUsage usage();

	/**
	 * A span that ended inside a row.
	 *
	 * @param id the id of the span
	 * @param parentId the id of its parent
	 * @param name the name; that of the tool for a span of type {@code tool}
	 * @param type {@code task}, {@code llm}, {@code tool}, {@code function}, or
	 * {@code null} for a span without a type
	 * @param start when it started
	 * @param duration how long it took
	 * @param metrics its metrics, such as {@code prompt_tokens}
	 * @param error the name of the class of its error, or {@code null} if it has none
	 */
	record RowSpan(String id, String parentId, String name, @Nullable String type, Instant start, Duration duration,
			Map<String, Number> metrics, @Nullable String error) {

		public RowSpan {
			metrics = Map.copyOf(metrics);
		}

	}

}
