package dev.braintrust.spring.project;

import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * Where the spans of projects go: to the export or, in tests, to a recorder.
 *
 * @param pipeline the export
 * @param recorder what takes the spans in place of the export, if anything does
 */
record SpanDestination(SpanPipeline pipeline, @Nullable SpanRecorder recorder) {

	boolean isRecorder() {
		return this.recorder != null;
	}

	/**
	 * What takes the spans of a project.
	 * @param project the settings of the project
	 * @return what opens its queue, or {@code null} where its spans go nowhere
	 */
	Project.@Nullable QueueOpener opener(ProjectSettings project) {
		SpanRecorder recorder = this.recorder;
		if (recorder != null) {
			return project.enabled() ? (settings, reader) -> new RecordingSink(recorder, settings, reader) : null;
		}
		return project.isOn() ? this.pipeline::open : null;
	}

}
