package dev.braintrust.spring.ai.model;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;

/**
 * What a project records of a call. What it does not record is neither read nor held.
 *
 * @param input whether it records inputs
 * @param output whether it records outputs
 * @param bytes whether it records the bytes of attachments
 */
record RecordedContent(boolean input, boolean output, boolean bytes) {

	static final RecordedContent ALL = new RecordedContent(true, true, true);

	static RecordedContent of(ProjectSettings settings) {
		return new RecordedContent(settings.capture().input(), settings.capture().output(),
				settings.attachments().mode() != AttachmentsMode.NONE);
	}

}
