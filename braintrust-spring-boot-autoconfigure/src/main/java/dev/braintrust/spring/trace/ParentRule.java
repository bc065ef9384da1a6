package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Where a span takes its parent from when none is given.
 */
interface ParentRule {

	ParentRule NONE = (project) -> null;

	ParentRule CURRENT = (project) -> ProjectContext.get(Context.current(), project);

	@Nullable ProjectSpan parent(Project project);

	default void started(ProjectSpan span) {
	}

}
