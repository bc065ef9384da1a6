package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Where a span takes its parent from when none is given.
 */
interface ParentRule {

	ParentRule NONE = (project, row) -> row;

	ParentRule CURRENT = (project, row) -> {
		ProjectSpan current = ProjectContext.get(Context.current(), project);
		return (current != null) ? current : row;
	};

	// Inside a row of an experiment, no new root is made: a span of the row takes its
	// place.
	@Nullable ProjectSpan parent(Project project, @Nullable ProjectSpan row);

	default void started(ProjectSpan span) {
	}

}
