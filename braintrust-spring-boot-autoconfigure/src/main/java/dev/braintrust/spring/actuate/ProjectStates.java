package dev.braintrust.spring.actuate;

import java.util.List;

import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.linkage.ProjectSwitches;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.upload.AttachmentUploads;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how the declared projects are doing.
 */
final class ProjectStates {

	private final DeclaredProjects declared;

	private final SpanPipeline pipeline;

	private final AttachmentUploads uploads;

	private final AccessCheck access;

	private final ProjectSwitches switches;

	ProjectStates(DeclaredProjects declared, SpanPipeline pipeline, AttachmentUploads uploads, AccessCheck access,
			ProjectSwitches switches) {
		this.declared = declared;
		this.pipeline = pipeline;
		this.uploads = uploads;
		this.access = access;
		this.switches = switches;
	}

	List<String> keys() {
		return this.declared.keys();
	}

	@Nullable ProjectState get(String key) {
		ProjectSettings settings = this.declared.get(key);
		return (settings != null) ? new ProjectState(settings, this.pipeline.status(key), this.uploads.status(key),
				this.access.of(key), this.switches.of(key).problem()) : null;
	}

}
