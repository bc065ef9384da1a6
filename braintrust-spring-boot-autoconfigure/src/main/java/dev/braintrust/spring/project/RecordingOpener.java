package dev.braintrust.spring.project;

import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.properties.ProjectSettings;

/**
 * Gives spans to a recorder in place of the export.
 *
 * @param recorder the recorder
 */
record RecordingOpener(SpanRecorder recorder) implements Project.QueueOpener {

	@Override
	public Consumer<EndedSpan> open(ProjectSettings settings, SpanReader<EndedSpan> reader) {
		return (span) -> this.recorder.record(settings, () -> reader.read(List.of(span)).get(0));
	}

}
