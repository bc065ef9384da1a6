package dev.braintrust.spring.trace;

import java.util.Collection;
import java.util.function.Supplier;

import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Takes the spans of all projects instead of the export. If a bean of this type exists,
 * the logs of projects receive no spans, and every enabled project is recorded, with or
 * without an API key.
 */
@FunctionalInterface
public interface SpanRecorder {

	// Take a span that ended. Called on the thread that ended it.
	void record(ProjectSettings project, Supplier<SpanData> span);

	// Learn the keys of all declared projects. Called once for each registry of projects,
	// before its first span.
	default void declared(Collection<String> keys) {
	}

}
