package dev.braintrust.spring.trace;

import java.util.Collection;
import java.util.function.Supplier;

import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Takes the spans of all projects in place of the export. Where a bean of this type
 * exists, nothing is sent, and a project that is enabled is recorded whether it has an
 * API key or not.
 */
@FunctionalInterface
public interface SpanRecorder {

	// Take a span that ended. Called on the thread that ended it.
	void record(ProjectSettings project, Supplier<SpanData> span);

	// Learn which projects there are. Called once for each registry of projects, before
	// any of its spans.
	default void declared(Collection<String> keys) {
	}

}
