package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the parent of a span that was given no explicit parent.
 */
interface ParentRule {

	ParentRule NONE = (project, row) -> row;

	ParentRule CURRENT = (project, row) -> {
		ProjectSpan current = ProjectContext.get(Context.current(), project);
		return (current != null) ? current : row;
	};

	// Inside a row of an experiment, a span of the row takes the place of a new root.
	@Nullable ProjectSpan parent(Project project, @Nullable ProjectSpan row);

	default void started(ProjectSpan span) {
	}

}
