package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Where a span takes its parent from when none is given.
 */
interface ParentRule {

	/**
	 * No parent: the span is a root, whatever is current.
	 */
	ParentRule NONE = (project) -> null;

	/**
	 * The current span of the project, or none.
	 */
	ParentRule CURRENT = (project) -> ProjectContext.get(Context.current(), project);

	/**
	 * Find the parent of a span that is about to start.
	 * @param project the project of the span
	 * @return the parent, or {@code null} for a root span
	 */
	@Nullable ProjectSpan parent(Project project);

	/**
	 * The span has started.
	 * @param span the span
	 */
	default void started(ProjectSpan span) {
	}

}
